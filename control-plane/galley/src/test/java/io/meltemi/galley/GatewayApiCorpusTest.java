package io.meltemi.galley;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.meltemi.galley.analyze.KnownServices;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.source.DocumentSet;
import io.meltemi.galley.source.FolderReader;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.Destination;
import io.meltemi.model.config.Gateway;
import io.meltemi.model.config.HttpRoute;
import io.meltemi.model.config.HttpRoute.HttpMatchRequest;
import io.meltemi.model.config.HttpRoute.HttpRouteDestination;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.config.Sourced;
import io.meltemi.model.config.StringMatch;
import io.meltemi.model.config.TcpRoute.RouteDestination;
import io.meltemi.model.config.VirtualService;
import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.diagnostic.Severity;
import io.meltemi.model.snapshot.MeshSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The Gateway API's own documents, and what Istio makes of its.
class GatewayApiCorpusTest {
    private static final String SCHEMAS = "shared/data/gateway-api-crd-validation";
    private static final String CONVERSIONS = "shared/data/istio-gateway-conversion";

    /// Cases and resources that are known to be otherwise, and why.
    private static final Map<String, String> OTHERWISE =
            Map.of(
                    "eastwest", "gateways between networks are not served",
                    "listenerset-invalid", "waypoints and other addresses are not served",
                    "waypoint", "waypoints are not served",
                    "xbackend", "XBackend is not served",
                    "invalid VirtualService/default/default~httpbin",
                            "a mirror that nobody knows stays: services come and go",
                    "backend-allowed-ip", "inference pools are not served",
                    "~bar.com", "Istio keeps a host that no listener lets in, and never serves it");

    @Test
    void verdictIsTheSchemas() {
        Path folder = folder(SCHEMAS);
        List<String> wrong = new ArrayList<>();
        int served = 0;
        int notYet = 0;

        for (DocumentSet.Text text : FolderReader.read(List.of(folder)).texts()) {
            boolean valid = text.name().contains("/valid/");
            for (String document : text.content().split("(?m)^---\\s*$", -1)) {
                List<Diagnostic> errors = errors(Documents.check(document));
                if (errors.stream().anyMatch(GatewayApiCorpusTest::isNotServed)) {
                    notYet++;
                } else if (!document.isBlank()) {
                    served++;
                    if (errors.isEmpty() != valid) {
                        wrong.add(text.name() + ": " + errors);
                    }
                }
            }
        }

        System.out.printf(
                "schemas of the Gateway API: %d served, %d not supported yet%n", served, notYet);
        assertThat(wrong).isEmpty();
        assertThat(served).isPositive();
    }

    @Test
    void routesAreConvertedAsIstioConvertsThem() throws IOException {
        Path folder = folder(CONVERSIONS);
        String namespaces = namespaces();
        List<String> wrong = new ArrayList<>();
        int equal = 0;
        int notYet = 0;

        for (Path file : inputs(folder)) {
            String name = file.getFileName().toString().replace(".yaml", "");
            Checked ours = check(Files.readString(file) + "\n---\n" + namespaces + secrets(folder));
            Map<ResourceKey, Sourced<ConfigResource>> found = ours.resources();
            Checked golden = check(Files.readString(folder.resolve(name + ".yaml.golden")));
            // Istio lets a wider listener answer for a narrower one without routes.
            found.keySet().stream()
                    .filter(_ -> errors(ours).isEmpty())
                    .filter(key -> key.name().contains("~") && !key.name().endsWith("~unrouted"))
                    .filter(key -> !golden.resources().containsKey(key))
                    .forEach(key -> wrong.add(name + " " + key + " is not made by Istio"));
            for (Sourced<ConfigResource> wanted : golden.resources().values()) {
                String what = name + " " + wanted.value().key();
                if (OTHERWISE.keySet().stream().anyMatch(what::contains)
                        || !isServed(wanted.value(), golden)) {
                    notYet++;
                    continue;
                }
                Object made =
                        Optional.ofNullable(found.get(wanted.value().key()))
                                .map(r -> compared(r.value()))
                                .orElse(List.of("nothing"));
                if (made.equals(compared(wanted.value()))) {
                    equal++;
                } else {
                    wrong.add(
                            "%s %s:\n  %s\n  not %s"
                                    .formatted(
                                            name,
                                            wanted.value().key(),
                                            made,
                                            compared(wanted.value())));
                }
            }
        }

        System.out.printf(
                "Istio's conversions: %d resources equal, %d not supported yet%n", equal, notYet);
        assertThat(wrong).isEmpty();
        assertThat(equal).isPositive();
    }

    @Test
    void conditionsAreThoseThatIstioReports() throws IOException {
        Path folder = folder(CONVERSIONS);
        String services = services(folder);
        List<String> wrong = new ArrayList<>();
        int equal = 0;
        int notYet = 0;

        for (Path file : inputs(folder)) {
            String name = file.getFileName().toString().replace(".yaml", "");
            Checked checked =
                    check(
                            String.join("\n---\n", Files.readString(file), namespaces(), services)
                                    + secrets(folder),
                            KnownServices.exactly(Set.of()));
            String golden = Files.readString(folder.resolve(name + ".status.yaml.golden"));
            boolean served = errors(checked).stream().noneMatch(GatewayApiCorpusTest::isNotServed);
            Map<String, Map<String, List<String>>> ours = IstioStatus.ours(checked.statuses());
            for (Map.Entry<String, Map<String, List<String>>> wanted :
                    IstioStatus.golden(golden).entrySet()) {
                String what = name + " " + wanted.getKey();
                if (!served
                        || !ours.containsKey(wanted.getKey())
                        || OTHERWISE.keySet().stream().anyMatch(what::contains)) {
                    notYet++;
                } else if (ours.get(wanted.getKey()).equals(wanted.getValue())) {
                    equal++;
                } else {
                    wrong.add(
                            "%s:\n  %s\n  not %s"
                                    .formatted(what, ours.get(wanted.getKey()), wanted.getValue()));
                }
            }
        }

        System.out.printf(
                "Istio's conditions: %d objects equal, %d not supported yet%n", equal, notYet);
        assertThat(wrong).isEmpty();
        assertThat(equal).isPositive();
    }

    /// Those of Istio's test; of its other objects nothing is read.
    private static String services(Path folder) throws IOException {
        return Stream.of(
                        Files.readString(folder.resolve("fixtures.yaml"))
                                .split("(?m)^---\\s*$", -1))
                .filter(document ->
                        document.contains("\nkind: Service\n")
                                || document.contains("\nkind: ServiceEntry\n"))
                .collect(Collectors.joining("\n---\n"));
    }

    private static List<Path> inputs(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.toString().endsWith(".yaml"))
                    .filter(f -> !f.toString().endsWith("fixtures.yaml"))
                    .sorted()
                    .toList();
        }
    }

    /// Those of Istio's test, which chooses by this label.
    private static String namespaces() {
        return """
        apiVersion: v1
        kind: Namespace
        metadata: {name: allowed-1, labels: {istio.io/test-name-part: allowed}}
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: allowed-2, labels: {istio.io/test-name-part: allowed}}
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: apple}
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: banana}
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: cert, labels: {istio.io/test-name-part: cert}}
        """;
    }

    /// Those that Istio's cases refer to.
    private static String secrets(Path folder) throws IOException {
        return Stream.of(
                        Files.readString(folder.resolve("fixtures.yaml"))
                                .split("(?m)^---\\s*$", -1))
                .filter(document ->
                        document.contains("kind: Secret\n")
                                || document.contains("kind: ConfigMap\n"))
                .map(document -> "\n---\n" + document)
                .collect(Collectors.joining());
    }

    /// Golden resources in the mesh or at a gateway.
    private static boolean isServed(ConfigResource resource, Checked golden) {
        return switch (resource) {
            case Gateway gateway ->
                    golden.diagnostics().stream().noneMatch(GatewayApiCorpusTest::isNotServed);
            case VirtualService service ->
                    service.isForMesh()
                            ? !service.http().isEmpty()
                            : isServedAtItsGateway(service, golden);
            default -> false;
        };
    }

    private static boolean isServedAtItsGateway(VirtualService service, Checked golden) {
        return golden.resources().values().stream()
                .map(Sourced::value)
                .filter(Gateway.class::isInstance)
                .map(Gateway.class::cast)
                .filter(g ->
                        service.gateways()
                                .contains(g.metadata().namespace() + "/" + g.metadata().name()))
                .anyMatch(g -> isServed(g, golden));
    }

    /// What both languages say.
    private static List<Object> compared(ConfigResource resource) {
        return switch (resource) {
            // Istio's words do not say who may have a secret.
            case Gateway gateway ->
                    List.of(
                            gateway.servers()
                                    .toString()
                                    .replaceAll("Granted\\[(.*?), gateways=.*?]", "OfGateway[$1]"));
            case VirtualService service ->
                    List.of(
                            service.hosts(),
                            service.gateways(),
                            service.http().stream().map(GatewayApiCorpusTest::plain).toList(),
                            service.tcp().stream().map(r -> plain(r.route())).toList(),
                            service.tls().stream()
                                    .map(r -> List.of(r.match(), plain(r.route())))
                                    .toList());
            default -> List.of();
        };
    }

    /// With the path that is meant where none is written, and without names for what is nowhere.
    private static List<Object> plain(HttpRoute route) {
        return List.of(
                route.name(),
                route.match().stream()
                        .map(m ->
                                List.of(uri(m), m.method(), m.headers(), m.queryParams(), m.port()))
                        .toList(),
                route.action() instanceof HttpRoute.Route(List<HttpRouteDestination> to)
                        ? to.stream()
                                .map(d -> List.of(to(d.destination()), d.weight(), d.headers()))
                                .toList()
                        : route.action(),
                route.rewrite(),
                route.timeout(),
                route.retries(),
                route.mirrors(),
                route.corsPolicy(),
                route.headers());
    }

    private static List<Object> plain(List<RouteDestination> to) {
        return to.stream().<Object>map(d -> List.of(to(d.destination()), d.weight())).toList();
    }

    private static StringMatch uri(HttpMatchRequest match) {
        return match.uri().orElse(new StringMatch.Prefix("/"));
    }

    private static Destination to(Destination destination) {
        boolean nowhere =
                List.of("", "not-resolved.invalid", "internal.cluster.local")
                        .contains(destination.host());
        return nowhere ? new Destination("", Optional.empty(), OptionalInt.empty()) : destination;
    }

    private static Checked check(String yaml) {
        return check(yaml, KnownServices.UNKNOWN);
    }

    private static Checked check(String yaml, KnownServices services) {
        return Checked.of(
                List.of(
                        new DocumentSet(
                                List.of(new DocumentSet.Text("test.yaml", yaml)), List.of())),
                new MeshSettings(
                        MeshSettings.DEFAULT.trustDomain(),
                        MeshSettings.DEFAULT.rootNamespace(),
                        "svc.domain.suffix",
                        MeshSettings.DEFAULT.maxMtlsConnectionAge()),
                services);
    }

    private static Path folder(String name) {
        assumeTrue(Documents.above(name).isPresent(), name + " is not on this machine");
        return Documents.above(name).orElseThrow();
    }

    private static List<Diagnostic> errors(Checked checked) {
        return checked.diagnostics().stream().filter(d -> d.severity() == Severity.ERROR).toList();
    }

    private static boolean isNotServed(Diagnostic diagnostic) {
        return diagnostic.code().equals(Code.NOT_SUPPORTED.text())
                || diagnostic.code().equals(Code.KIND_NOT_SUPPORTED.text());
    }
}
