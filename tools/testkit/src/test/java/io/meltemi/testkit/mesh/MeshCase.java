package io.meltemi.testkit.mesh;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.net.HostPort;
import io.meltemi.galley.Galley;
import io.meltemi.galley.Report;
import io.meltemi.model.config.KeySource;
import io.meltemi.model.diagnostic.Severity;
import io.meltemi.model.service.Locality;
import io.meltemi.model.snapshot.KeySnapshot;
import io.meltemi.model.snapshot.MeshSettings;
import io.meltemi.model.snapshot.MeshSnapshot;
import io.meltemi.model.snapshot.ServiceSnapshot;
import io.meltemi.pilot.Pilot;
import io.meltemi.pilot.PilotSettings;
import io.meltemi.pilot.scope.Interception;
import io.meltemi.pilot.scope.ProxyNode;
import io.meltemi.testkit.differential.CaseReader;
import io.meltemi.testkit.differential.ConnectionScenario;
import io.meltemi.testkit.differential.DifferentialCase;
import io.meltemi.testkit.differential.ScenarioCertificates;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/// Reads a case: a first document that says who calls and what, then any of Istio's documents.
/// Thread-safe: without state.
///
/// ```yaml
/// parity: [VirtualService.http.mirrors]   # what docs/parity says this shows, by Istio's names
/// proxy: {type: sidecar, app: invoice, namespace: shop, locality: eu/a}   # or router: a gateway
/// certificates: {...}   # of connections; those of documents of kind Secret are pem(NAME), key(NAME) and crl(NAME)
/// keys: {"https://a.example": '{"keys": [...]}'}   # fetched from an issuer, or an address of keys
/// upstream: [...], requests: [...], copies: 2, second: [...], known: {...}  # as CaseReader has it
/// ```
///
/// Services are ServiceEntries whose endpoints stand at 127.0.0.1 on the ports of
/// [MeshBootstrap#PORTS].
final class MeshCase {
    /// Nothing is reported to a Mixer that is not there.
    static final PilotSettings QUIET =
            new PilotSettings(
                    false,
                    PilotSettings.DEFAULT.outboundPolicy(),
                    false,
                    Optional.empty(),
                    false,
                    0,
                    Duration.ZERO,
                    Duration.ZERO);

    private MeshCase() {}

    /// Whether a case is told as connections: its header has `listeners`, the names of those that
    /// it calls, perhaps `sockets`, those that the proxy calls itself and the Unix sockets where
    /// they stand, and what [ConnectionScenario] has.
    static boolean isOfConnections(Path file) throws IOException {
        return Files.readString(file).contains("\nconnections:\n");
    }

    /// @throws IllegalArgumentException that names the file and what is wrong in it
    static ConnectionScenario connections(Path file, Path scratch) throws IOException {
        Parts parts = parts(file, scratch);
        Map<String, String> listeners = new TreeMap<>();
        for (Object name : (List<?>) Objects.requireNonNull(parts.header().remove("listeners"))) {
            listeners.put(name.toString(), name.toString());
        }
        Map<String, String> sockets = new TreeMap<>();
        Object written = parts.header().remove("sockets");
        CaseReader.map(written == null ? Map.of() : written)
                .forEach((name, path) -> sockets.put(name, path.toString()));
        String bootstrap = MeshBootstrap.of(parts.snapshot(), listeners, sockets);
        return parts.certificates().isPresent()
                ? ConnectionScenario.read(parts.header(), parts.certificates().get(), bootstrap)
                : ConnectionScenario.read(parts.header(), bootstrap);
    }

    /// @throws IllegalArgumentException that names the file and what is wrong in it
    static DifferentialCase read(Path file, Path scratch) throws IOException {
        Parts parts = parts(file, scratch);
        String bootstrap = MeshBootstrap.of(parts.snapshot(), parts.node().type());
        return CaseReader.read(
                file.getFileName().toString().replace(".yaml", ""), parts.header(), bootstrap);
    }

    /// @param header without what is about the proxy
    /// @param certificates where the configuration holds some
    private record Parts(
            Map<String, Object> header,
            ProxyNode node,
            XdsSnapshot snapshot,
            Optional<ScenarioCertificates> certificates) {}

    private static Parts parts(Path file, Path scratch) throws IOException {
        String name = file.getFileName().toString().replace(".yaml", "");
        String text = Files.readString(file);
        int end = text.indexOf("\n---\n");
        if (end < 0) {
            throw new IllegalArgumentException(file + " has no document but the first");
        }
        Map<String, Object> header = CaseReader.tree(text.substring(0, end + 1));
        Object proxy = header.remove("proxy");
        Object keys = header.remove("keys");
        Optional<ScenarioCertificates> certificates = certificates(header, text, scratch, name);
        String yaml = text.substring(end + 5);
        Path config =
                Files.writeString(
                        scratch.resolve(name + ".yaml"),
                        certificates.isPresent() ? certificates.get().fill(yaml) : yaml);
        MeshSnapshot mesh =
                mesh(
                        Galley.check(List.of(config)),
                        keys(CaseReader.map(keys == null ? Map.of() : keys)),
                        file);
        ProxyNode node = node(CaseReader.map(proxy == null ? Map.of() : proxy));
        return new Parts(header, node, Pilot.translate(QUIET, mesh, node), certificates);
    }

    private static Optional<ScenarioCertificates> certificates(
            Map<String, Object> header, String text, Path scratch, String name) throws IOException {
        if (!text.contains("\nkind: Secret\n")) {
            return Optional.empty();
        }
        Map<String, Object> scenario = new HashMap<>(header);
        scenario.remove("listeners");
        return Optional.of(
                ScenarioCertificates.make(
                        scenario, Files.createDirectories(scratch.resolve(name))));
    }

    private static MeshSnapshot mesh(Report report, KeySnapshot keys, Path file) {
        report.diagnostics().stream()
                .filter(d -> d.severity() == Severity.ERROR)
                .findFirst()
                .ifPresent(d -> {
                    throw new IllegalArgumentException(file + ": " + d);
                });
        return new MeshSnapshot(
                MeshSettings.DEFAULT,
                report.snapshot(),
                new ServiceSnapshot(1, new TreeMap<>()),
                keys);
    }

    private static KeySnapshot keys(Map<String, Object> written) {
        Map<KeySource, String> keys = new HashMap<>();
        written.forEach((from, jwks) -> {
            keys.put(new KeySource.Address(from), jwks.toString());
            keys.put(new KeySource.Discovery(from), jwks.toString());
        });
        return new KeySnapshot(keys);
    }

    /// Without a pod: the proxy's listener is one that a client can call.
    private static ProxyNode node(Map<String, Object> proxy) {
        boolean router = "router".equals(proxy.get("type"));
        String app = proxy.getOrDefault("app", "client").toString();
        Map<String, String> labels =
                router
                        ? Map.of(
                                "istio",
                                "ingressgateway",
                                "gateway.networking.k8s.io/gateway-name",
                                "front")
                        : Map.of("app", app, "version", "v1");
        String namespace =
                proxy.getOrDefault("namespace", router ? "istio-system" : "shop").toString();
        return new ProxyNode(
                        router ? ProxyNode.Type.ROUTER : ProxyNode.Type.SIDECAR,
                        "127.0.0.1",
                        app + "-1",
                        namespace,
                        new TreeMap<>(labels),
                        app,
                        Locality.parse(proxy.getOrDefault("locality", "").toString()),
                        new TreeSet<>(),
                        new Interception.Explicit(
                                new HostPort("127.0.0.1", 0), new HostPort("127.0.0.1", 0), 1))
                .proven(new SpiffeId(MeshSettings.DEFAULT.trustDomain(), namespace, app));
    }
}
