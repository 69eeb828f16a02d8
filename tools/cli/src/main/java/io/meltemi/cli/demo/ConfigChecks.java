package io.meltemi.cli.demo;

import io.meltemi.cli.check.Check;
import io.meltemi.cli.check.Outcome;
import io.meltemi.cli.load.Call;
import io.meltemi.cli.load.Load;
import io.meltemi.cli.load.Tally;
import io.meltemi.xds.proto.control.Diagnostic;
import io.meltemi.xds.proto.control.StatusResponse;
import io.meltemi.xds.proto.control.TypeStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Control: what a changed, and what a broken configuration does.
final class ConfigChecks {
    private static final Duration LIMIT = Duration.ofSeconds(3);

    static final List<Check<DemoMesh>> ALL =
            List.of(
                    new Check<>("policy added under load", ConfigChecks::policy),
                    new Check<>("broken YAML changes nothing and is named", ConfigChecks::broken),
                    new Check<>(
                            "a refused xDS resource is seen with its path", ConfigChecks::refused),
                    new Check<>("every proxy is in step", ConfigChecks::inStep));

    private ConfigChecks() {}

    private static Outcome policy(DemoMesh mesh) throws Exception {
        Tally load = new Tally(r -> Integer.toString(r.status()));
        Duration took;
        try (Load _ = Drive.steady(mesh, Call.get("/"), load)) {
            mesh.folder()
                    .write(
                            "check-policy.yaml",
                            """
                            apiVersion: security.istio.io/v1
                            kind: AuthorizationPolicy
                            metadata: {name: check-policy, namespace: shop}
                            spec:
                              selector: {matchLabels: {app: product}}
                              action: DENY
                              rules:
                                - to:
                                    - operation: {paths: ["/echo"]}
                            """);
            took = Drive.until(LIMIT, () -> Drive.one(mesh, Call.get("/echo")).status() == 403);
        } finally {
            mesh.folder().delete("check-policy.yaml");
        }
        Duration lifted =
                Drive.until(LIMIT, () -> Drive.one(mesh, Call.get("/echo")).status() == 200);
        return Outcome.of(
                !took.isNegative() && !lifted.isNegative() && load.failed() == 0,
                "in force after %s, lifted after %s, %d of %d failed"
                        .formatted(
                                Drive.took(took, LIMIT),
                                Drive.took(lifted, LIMIT),
                                load.failed(),
                                load.total()));
    }

    private static Outcome broken(DemoMesh mesh) throws Exception {
        long version = mesh.settledVersion();
        mesh.folder()
                .write("check-broken.yaml", "apiVersion: networking.istio.io/v1\nkind: Virtuel\n");
        try {
            Drive.until(LIMIT, () -> named(mesh).isPresent());
            StatusResponse status = mesh.control().status();
            int answer = Drive.one(mesh, Call.get("/products")).status();
            Optional<Diagnostic> named = named(mesh);
            return Outcome.of(
                    named.isPresent()
                            && named.get().getLine() > 0
                            && status.getConfigVersion() == version
                            && answer == 200,
                    named.map(d -> "check-broken.yaml:" + d.getLine() + " " + d.getMessage())
                            .orElse("nobody named it"));
        } finally {
            mesh.folder().delete("check-broken.yaml");
            Drive.until(LIMIT, () -> named(mesh).isEmpty());
        }
    }

    private static Optional<Diagnostic> named(DemoMesh mesh) throws Exception {
        return mesh.control().status().getDiagnosticsList().stream()
                .filter(d -> d.getSource().endsWith("check-broken.yaml"))
                .findFirst();
    }

    /// A gateway may be told to listen where its proxy's own readiness is: nobody but the proxy can
    /// know. It refuses that listener and keeps the others.
    private static Outcome refused(DemoMesh mesh) throws Exception {
        mesh.folder()
                .write(
                        "check-refused.yaml",
                        """
                        apiVersion: networking.istio.io/v1
                        kind: Gateway
                        metadata: {name: check-refused, namespace: shop}
                        spec:
                          selector: {istio: ingressgateway}
                          servers:
                            - port: {number: 15021, name: http, protocol: HTTP}
                              hosts: ["*"]
                        """);
        try {
            Duration seen = Drive.until(LIMIT, () -> !refusal(mesh).isEmpty());
            String refusal = refusal(mesh);
            int answer = Drive.one(mesh, Call.get("/products")).status();
            return Outcome.of(
                    !seen.isNegative() && refusal.contains("15021") && answer == 200,
                    "after %s: %s; others stay in force: %d"
                            .formatted(Drive.took(seen, LIMIT), refusal.strip(), answer));
        } finally {
            mesh.folder().delete("check-refused.yaml");
            Drive.until(LIMIT, () -> refusal(mesh).isEmpty());
        }
    }

    /// What proxies said of the listeners they refused.
    private static String refusal(DemoMesh mesh) throws Exception {
        return mesh.control().status().getProxiesList().stream()
                .flatMap(p -> p.getTypesMap().values().stream())
                .map(TypeStatus::getRefusal)
                .filter(r -> !r.isEmpty())
                .collect(Collectors.joining("; "));
    }

    private static Outcome inStep(DemoMesh mesh) throws Exception {
        Duration took = Drive.until(LIMIT, mesh::isInStep);
        StatusResponse status = mesh.control().status();
        return Outcome.of(
                !took.isNegative() && status.getProxiesCount() > 0,
                status.getProxiesCount() + " proxies, behind: " + mesh.behind());
    }
}
