package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.kubernetes.KubernetesObject;
import io.meltemi.galley.kubernetes.KubernetesObject.EndpointsObject;
import io.meltemi.galley.kubernetes.KubernetesObject.EndpointsObject.Address;
import io.meltemi.galley.kubernetes.KubernetesObject.NamespaceObject;
import io.meltemi.galley.kubernetes.KubernetesObject.NodeObject;
import io.meltemi.galley.kubernetes.KubernetesObject.PodObject;
import io.meltemi.galley.kubernetes.KubernetesObject.ServiceObject;
import io.meltemi.galley.kubernetes.PortProtocols;
import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.WorkloadSelector;
import io.meltemi.model.service.Protocol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads objects of Kubernetes, as far as a mesh needs them: what else stands in them is for
/// others. Immutable.
final class KubernetesDecoder {
    private static final String SLICE_SERVICE = "kubernetes.io/service-name";
    private static final String HEADLESS = "None";

    private KubernetesDecoder() {}

    /// @return empty where it says nothing to a mesh
    static Optional<KubernetesObject> decode(
            KubernetesKind kind, Metadata metadata, ObjectReader document) {
        document.ignoreOthers();
        return switch (kind) {
            case SERVICE -> service(metadata, document);
            case ENDPOINTS -> Optional.of(endpoints(metadata, document));
            case ENDPOINT_SLICE -> Optional.of(slice(metadata, document));
            case POD -> Optional.of(pod(metadata, document));
            case NODE -> Optional.of(new NodeObject(metadata));
            case NAMESPACE -> Optional.of(new NamespaceObject(metadata));
            case CONFIG_MAP -> MeshConfigMapDecoder.decode(metadata, document);
        };
    }

    private static Optional<KubernetesObject> service(Metadata metadata, ObjectReader document) {
        Optional<Optional<KubernetesObject>> service =
                document.object("spec", spec -> service(spec, metadata));
        return service.orElse(Optional.empty());
    }

    private static Optional<KubernetesObject> service(ObjectReader spec, Metadata metadata) {
        if (spec.string("type").filter("ExternalName"::equals).isPresent()) {
            spec.findings()
                    .judge(
                            Code.WITHOUT_EFFECT,
                            spec.path().field("type"),
                            "services of type ExternalName are left out: write a ServiceEntry for the host");
            return Optional.empty();
        }
        List<String> addresses = new ArrayList<>(spec.strings("clusterIPs"));
        spec.string("clusterIP").filter(ip -> !addresses.contains(ip)).ifPresent(addresses::add);
        addresses.removeIf(ip -> ip.isEmpty() || ip.equals(HEADLESS));
        List<Optional<ServiceObject.Port>> ports =
                spec.list("ports", KubernetesDecoder::servicePort);
        return Optional.of(
                new ServiceObject(
                        metadata,
                        ports.stream().flatMap(Optional::stream).toList(),
                        addresses,
                        new WorkloadSelector(spec.stringMap("selector"))));
    }

    /// Only TCP is carried.
    private static Optional<ServiceObject.Port> servicePort(ObjectReader port) {
        if (!port.has("port")) {
            port.missing("port");
        }
        Optional<String> transport = port.string("protocol");
        ServiceObject.Port read =
                new ServiceObject.Port(
                        port.string("name").orElse(""),
                        port.integer("port").orElse(0),
                        port.numberOrText("targetPort"),
                        port.string("appProtocol").filter(p -> !p.isEmpty()));
        if (!transport.orElse("TCP").equals("TCP")) {
            return Optional.empty();
        }
        if (!PortProtocols.isDeclared(read)) {
            port.findings()
                    .judge(
                            Code.PORT_NAME,
                            port.path(),
                            "port '%s' does not say what is spoken: %s; name it http-..., grpc-..., tcp-... or set appProtocol"
                                    .formatted(
                                            read.name(),
                                            PortProtocols.of(read) == Protocol.AUTO
                                                    ? "each connection is looked at, and a server that speaks first waits for ever"
                                                    : "it is carried as TCP, as its number is known for it"));
        }
        return Optional.of(read);
    }

    private static EndpointsObject slice(Metadata metadata, ObjectReader document) {
        String service = metadata.labels().getOrDefault(SLICE_SERVICE, "");
        if (service.isEmpty()) {
            document.findings()
                    .judge(
                            Code.WITHOUT_EFFECT,
                            document.path().field("metadata").field("labels"),
                            "an EndpointSlice belongs to no service without the label "
                                    + SLICE_SERVICE);
        }
        List<List<Address>> addresses =
                document.list("endpoints", KubernetesDecoder::sliceAddresses);
        return new EndpointsObject(
                metadata,
                service,
                addresses.stream().flatMap(List::stream).toList(),
                ports(document, "port"));
    }

    private static List<Address> sliceAddresses(ObjectReader endpoint) {
        Optional<Conditions> conditions =
                endpoint.object("conditions", KubernetesDecoder::conditions);
        if (conditions.filter(Conditions::terminating).isPresent()) {
            return List.of();
        }
        boolean ready = conditions.map(Conditions::ready).orElse(true);
        Optional<String> pod = pod(endpoint);
        Optional<String> node = endpoint.string("nodeName");
        return endpoint.strings("addresses").stream()
                .map(ip -> new Address(ip, ready, pod, node))
                .toList();
    }

    private record Conditions(boolean ready, boolean terminating) {}

    private static Conditions conditions(ObjectReader conditions) {
        return new Conditions(
                conditions.bool("ready").orElse(true),
                conditions.bool("terminating").orElse(false));
    }

    private static Optional<String> pod(ObjectReader address) {
        Optional<Optional<String>> name =
                address.object(
                        "targetRef",
                        ref ->
                                ref.string("kind").filter("Pod"::equals).isPresent()
                                        ? ref.string("name")
                                        : Optional.empty());
        return name.orElse(Optional.empty());
    }

    private static EndpointsObject endpoints(Metadata metadata, ObjectReader document) {
        List<Address> all = new ArrayList<>();
        Map<String, Integer> ports = new HashMap<>();
        for (Subset subset : document.list("subsets", KubernetesDecoder::subset)) {
            all.addAll(subset.addresses());
            ports.putAll(subset.ports());
        }
        return new EndpointsObject(metadata, metadata.name(), all, ports);
    }

    private record Subset(List<Address> addresses, Map<String, Integer> ports) {}

    private static Subset subset(ObjectReader subset) {
        List<Address> addresses = new ArrayList<>(addresses(subset, "addresses", true));
        addresses.addAll(addresses(subset, "notReadyAddresses", false));
        return new Subset(addresses, ports(subset, "port"));
    }

    private static List<Address> addresses(ObjectReader subset, String field, boolean ready) {
        return subset.list(
                field,
                address ->
                        new Address(
                                address.requiredString("ip"),
                                ready,
                                pod(address),
                                address.string("nodeName")));
    }

    private record NamedPort(String name, int number) {}

    /// @param number the field that has it
    private static Map<String, Integer> ports(ObjectReader holder, String number) {
        Map<String, Integer> ports = new HashMap<>();
        holder.list(
                        "ports",
                        port ->
                                new NamedPort(
                                        port.string("name").orElse(""),
                                        port.integer(number).orElse(0)))
                .forEach(port -> ports.put(port.name(), port.number()));
        return ports;
    }

    private record PodSpec(String account, Map<String, Integer> ports, Optional<String> node) {}

    private record PodStatus(String ip, boolean ready) {}

    private static PodObject pod(Metadata metadata, ObjectReader document) {
        Optional<PodSpec> spec = document.object("spec", KubernetesDecoder::podSpec);
        Optional<PodStatus> status = document.object("status", KubernetesDecoder::podStatus);
        return new PodObject(
                metadata,
                status.map(PodStatus::ip).orElse(""),
                spec.map(PodSpec::account).orElse(""),
                spec.map(PodSpec::ports).orElse(Map.of()),
                status.map(PodStatus::ready).orElse(true),
                spec.flatMap(PodSpec::node));
    }

    private static PodSpec podSpec(ObjectReader spec) {
        Map<String, Integer> ports = new HashMap<>();
        List<Map<String, Integer>> containers =
                spec.list("containers", container -> ports(container, "containerPort"));
        containers.forEach(ports::putAll);
        ports.remove("");
        return new PodSpec(
                spec.string("serviceAccountName").orElse(""), ports, spec.string("nodeName"));
    }

    private static PodStatus podStatus(ObjectReader status) {
        List<Boolean> notReady =
                status.list(
                        "conditions",
                        condition -> {
                            boolean isReady =
                                    condition.string("type").filter("Ready"::equals).isPresent();
                            return isReady
                                    && condition.string("status").filter("True"::equals).isEmpty();
                        });
        return new PodStatus(status.string("podIP").orElse(""), !notReady.contains(true));
    }
}
