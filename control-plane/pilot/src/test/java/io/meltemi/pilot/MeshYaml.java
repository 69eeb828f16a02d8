package io.meltemi.pilot;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.identity.TrustDomain;
import io.meltemi.base.net.HostPort;
import io.meltemi.galley.Galley;
import io.meltemi.galley.Report;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.Sourced;
import io.meltemi.model.service.Endpoint;
import io.meltemi.model.service.Locality;
import io.meltemi.model.service.Protocol;
import io.meltemi.model.service.ServicePort;
import io.meltemi.model.snapshot.MeshSnapshot;
import io.meltemi.pilot.scope.Interception;
import io.meltemi.pilot.scope.ProxyNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The input of a golden case: a document of kind `TestMesh` with the proxy and the services, and
/// any number of Istio's documents. Immutable.
///
/// @param show the resources that are compared, as `TYPE/NAME`
record MeshYaml(ProxyNode proxy, MeshSnapshot mesh, List<String> show) {
    static MeshYaml read(Path file, Path scratch) throws IOException {
        List<String> documents = List.of(Files.readString(file).split("(?m)^---\n", -1));
        Map<?, ?> header = (Map<?, ?>) XdsYaml.load(documents.getFirst());
        String rest = String.join("---\n", documents.subList(1, documents.size()));
        return new MeshYaml(
                proxy(map(header, "proxy")),
                mesh(meshes(header).with(), rest, scratch),
                list(header, "show").stream().map(Object::toString).toList());
    }

    /// The mesh with what Galley makes of some YAML.
    private static MeshSnapshot mesh(MeshSnapshot services, String yaml, Path scratch)
            throws IOException {
        return new MeshSnapshot(
                services.settings(), report(yaml, scratch).snapshot(), services.services());
    }

    /// What Galley makes of some YAML; a document that it refuses fails the test.
    static List<ConfigResource> resources(String yaml, Path scratch) throws IOException {
        return report(yaml, scratch).resources().values().stream().map(Sourced::value).toList();
    }

    private static Report report(String yaml, Path scratch) throws IOException {
        Path file = Files.writeString(scratch.resolve("config.yaml"), yaml);
        Report report = Galley.check(List.of(file));
        long documents = yaml.lines().filter(MeshYaml::isIstios).count();
        // What is made of documents of the Gateway API has a name that nobody can write.
        long read =
                report.resources().keySet().stream()
                        .filter(k -> !k.name().contains("~") && !k.kind().group().isEmpty())
                        .count();
        if (read != documents) {
            throw new IllegalArgumentException(report.diagnostics().toString());
        }
        return report;
    }

    /// Other documents are Kubernetes': they are no resources.
    private static boolean isIstios(String line) {
        return line.startsWith("apiVersion:")
                && (line.contains(".istio.io/") || line.contains(".meltemi.io/"));
    }

    private static Meshes meshes(Map<?, ?> header) {
        List<?> services = list(header, "services");
        if (services.isEmpty()) {
            return Meshes.shop();
        }
        Meshes meshes = new Meshes();
        for (Object item : services) {
            Map<?, ?> service = (Map<?, ?>) item;
            meshes.service(
                    text(service, "name", ""),
                    text(service, "namespace", "shop"),
                    text(service, "address", ""),
                    new ServicePort(
                            "main",
                            Integer.parseInt(text(service, "port", "80")),
                            Protocol.valueOf(text(service, "protocol", "HTTP"))));
        }
        for (Object item : list(header, "instances")) {
            Map<?, ?> instance = (Map<?, ?>) item;
            meshes.instance(
                    text(instance, "service", ""),
                    text(instance, "namespace", "shop"),
                    text(instance, "version", "v1"),
                    text(instance, "address", ""),
                    Boolean.parseBoolean(text(instance, "mtls", "true")),
                    Locality.parse(text(instance, "locality", "")),
                    Endpoint.Health.valueOf(text(instance, "health", "HEALTHY")));
        }
        return meshes;
    }

    private static ProxyNode proxy(Map<?, ?> proxy) {
        Interception interception =
                text(proxy, "interception", "REDIRECT").equals("REDIRECT")
                        ? new Interception.Redirect()
                        : new Interception.Explicit(
                                HostPort.parse(text(proxy, "outbound", "")),
                                HostPort.parse(text(proxy, "inbound", "")),
                                Integer.parseInt(text(proxy, "applicationPort", "")));
        if (text(proxy, "type", "sidecar").equals("router")) {
            return Meshes.gateway(interception)
                    .proven(new SpiffeId(TrustDomain.CLUSTER_LOCAL, "istio-system", "ingress"));
        }
        if (text(proxy, "type", "sidecar").equals("grpc")) {
            Map<String, String> labels = new TreeMap<>();
            map(proxy, "labels").forEach((key, value) -> labels.put((String) key, (String) value));
            return Meshes.grpc(
                    text(proxy, "app", "product"),
                    text(proxy, "namespace", "shop"),
                    text(proxy, "address", "10.0.0.1"),
                    labels);
        }
        return Meshes.sidecar(
                text(proxy, "app", "product"),
                text(proxy, "namespace", "shop"),
                text(proxy, "address", "10.0.0.1"),
                Locality.parse(text(proxy, "locality", "")),
                interception);
    }

    private static Map<?, ?> map(Map<?, ?> parent, String key) {
        return Objects.requireNonNullElse((Map<?, ?>) parent.get(key), Map.of());
    }

    private static List<?> list(Map<?, ?> parent, String key) {
        return Objects.requireNonNullElse((List<?>) parent.get(key), List.of());
    }

    private static String text(Map<?, ?> parent, String key, String otherwise) {
        return Optional.ofNullable(parent.get(key)).map(Object::toString).orElse(otherwise);
    }

    /// All cases under a folder, by name.
    static List<Path> cases(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return new ArrayList<>(
                    files.filter(file -> file.toString().endsWith(".in.yaml")).sorted().toList());
        }
    }
}
