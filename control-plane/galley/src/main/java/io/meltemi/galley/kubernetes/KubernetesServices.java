package io.meltemi.galley.kubernetes;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.galley.kubernetes.KubernetesObject.EndpointsObject;
import io.meltemi.galley.kubernetes.KubernetesObject.MeshConfigObject;
import io.meltemi.galley.kubernetes.KubernetesObject.NamespaceObject;
import io.meltemi.galley.kubernetes.KubernetesObject.NodeObject;
import io.meltemi.galley.kubernetes.KubernetesObject.PodObject;
import io.meltemi.galley.kubernetes.KubernetesObject.ServiceObject;
import io.meltemi.model.service.Endpoint;
import io.meltemi.model.service.Hostname;
import io.meltemi.model.service.Locality;
import io.meltemi.model.service.Service;
import io.meltemi.model.service.ServicePort;
import io.meltemi.model.service.Workload;
import io.meltemi.model.snapshot.MeshSettings;
import io.meltemi.model.snapshot.ServiceSnapshot.Entry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Services, endpoints, pods and nodes as services of the mesh. Confined to one reading.
public final class KubernetesServices {
    private static final String TLS_MODE = "security.istio.io/tlsMode";
    private static final String REGION = "topology.kubernetes.io/region";
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final String SUBZONE = "topology.istio.io/subzone";
    private static final String DEFAULT_ACCOUNT = "default";

    private final MeshSettings settings;
    private final List<ServiceObject> services = new ArrayList<>();
    private final Map<String, List<EndpointsObject>> endpointsOfService = new HashMap<>();

    /// By name.
    private final Map<String, SortedMap<String, PodObject>> podsOfNamespace = new HashMap<>();

    private final Map<String, NodeObject> nodes = new HashMap<>();

    private KubernetesServices(Collection<KubernetesObject> objects, MeshSettings settings) {
        this.settings = settings;
        for (KubernetesObject object : objects) {
            switch (object) {
                case ServiceObject service -> services.add(service);
                case EndpointsObject addresses ->
                        endpointsOfService
                                .computeIfAbsent(
                                        name(addresses.metadata().namespace(), addresses.service()),
                                        _ -> new ArrayList<>())
                                .add(addresses);
                case PodObject pod ->
                        podsOfNamespace
                                .computeIfAbsent(pod.metadata().namespace(), _ -> new TreeMap<>())
                                .put(pod.metadata().name(), pod);
                case NodeObject node -> nodes.put(node.metadata().name(), node);
                case NamespaceObject _, MeshConfigObject _ -> {}
            }
        }
    }

    /// The services by their full names, with their instances.
    public static SortedMap<Hostname, Entry> of(
            Collection<KubernetesObject> objects, MeshSettings settings) {
        KubernetesServices read = new KubernetesServices(objects, settings);
        SortedMap<Hostname, Entry> entries = new TreeMap<>();
        for (ServiceObject service : read.services) {
            Entry entry = read.entry(service);
            entries.put(entry.service().hostname(), entry);
        }
        return entries;
    }

    private static String name(String namespace, String name) {
        return namespace + "/" + name;
    }

    private Entry entry(ServiceObject object) {
        String name = object.metadata().name();
        String namespace = object.metadata().namespace();
        Service service =
                new Service(
                        new Hostname(name + "." + namespace + "." + settings.domainSuffix()),
                        name,
                        namespace,
                        object.ports().stream().map(KubernetesServices::port).toList(),
                        object.clusterAddresses().stream().findFirst(),
                        false);
        List<EndpointsObject> written =
                endpointsOfService.getOrDefault(name(namespace, name), List.of());
        return new Entry(
                service, written.isEmpty() ? ofPods(object) : ofAddresses(object, written));
    }

    private static ServicePort port(ServiceObject.Port port) {
        return new ServicePort(port.name(), port.number(), PortProtocols.of(port));
    }

    /// Without a cluster nobody writes endpoints: the pods that are selected are meant.
    private List<Endpoint> ofPods(ServiceObject service) {
        if (service.selector().selectsAll()) {
            return List.of();
        }
        List<Endpoint> found = new ArrayList<>();
        for (PodObject pod : pods(service.metadata().namespace()).values()) {
            if (service.selector().selects(pod.metadata().labels()) && !pod.ip().isEmpty()) {
                Map<String, Integer> ports = new HashMap<>();
                service.ports()
                        .forEach(port ->
                                target(port, pod).ifPresent(n -> ports.put(port.name(), n)));
                found.add(endpoint(workload(pod), ports, pod.ready()));
            }
        }
        return found;
    }

    private SortedMap<String, PodObject> pods(String namespace) {
        return podsOfNamespace.getOrDefault(namespace, Collections.emptySortedMap());
    }

    private static Optional<Integer> target(ServiceObject.Port port, PodObject pod) {
        String target = port.target().orElse(Integer.toString(port.number()));
        return target.chars().allMatch(Character::isDigit)
                ? Optional.of(Integer.parseInt(target))
                : Optional.ofNullable(pod.ports().get(target));
    }

    private List<Endpoint> ofAddresses(ServiceObject service, List<EndpointsObject> written) {
        List<Endpoint> found = new ArrayList<>();
        for (EndpointsObject some : written) {
            for (EndpointsObject.Address address : some.addresses()) {
                Workload workload =
                        address.pod()
                                .map(pod -> pods(some.metadata().namespace()).get(pod))
                                .map(this::workload)
                                .orElseGet(() -> unknown(service, address));
                found.add(endpoint(workload, some.ports(), address.ready()));
            }
        }
        found.sort(
                Comparator.comparing((Endpoint e) -> e.workload().address())
                        .thenComparing(e -> e.workload().name()));
        return found;
    }

    private static Endpoint endpoint(Workload workload, Map<String, Integer> ports, boolean ready) {
        return new Endpoint(
                workload,
                ports,
                1,
                ready ? Endpoint.Health.HEALTHY : Endpoint.Health.UNHEALTHY,
                "istio".equals(workload.labels().get(TLS_MODE)));
    }

    private Workload workload(PodObject pod) {
        Map<String, String> labels = pod.metadata().labels();
        return new Workload(
                pod.metadata().name(),
                pod.metadata().namespace(),
                labels.getOrDefault("app", pod.metadata().name()),
                labels.getOrDefault("version", ""),
                labels,
                identity(pod.metadata().namespace(), pod.serviceAccount()),
                pod.ip(),
                locality(pod.node()));
    }

    /// An address that no pod has: a machine outside, or a pod that nobody wrote down.
    private Workload unknown(ServiceObject service, EndpointsObject.Address address) {
        String namespace = service.metadata().namespace();
        return new Workload(
                service.metadata().name() + "-" + address.ip().replaceAll("[^0-9a-f]", "-"),
                namespace,
                service.metadata().name(),
                "",
                Map.of(),
                identity(namespace, DEFAULT_ACCOUNT),
                address.ip(),
                locality(address.node()));
    }

    private SpiffeId identity(String namespace, String account) {
        return new SpiffeId(
                settings.trustDomain(), namespace, account.isEmpty() ? DEFAULT_ACCOUNT : account);
    }

    private Locality locality(Optional<String> node) {
        Map<String, String> labels =
                node.flatMap(n -> Optional.ofNullable(nodes.get(n)))
                        .map(n -> n.metadata().labels())
                        .orElse(Map.of());
        return labels.containsKey(REGION)
                ? new Locality(
                        labels.getOrDefault(REGION, ""),
                        labels.getOrDefault(ZONE, ""),
                        labels.getOrDefault(SUBZONE, ""))
                : Locality.NONE;
    }
}
