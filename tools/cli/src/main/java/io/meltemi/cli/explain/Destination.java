package io.meltemi.cli.explain;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.meltemi.model.config.ClientTls;
import io.meltemi.model.config.DestinationRule;
import io.meltemi.model.config.PeerAuthentication;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.config.TrafficPolicy;
import io.meltemi.pilot.scope.MeshView;
import io.meltemi.pilot.translate.ConfigMetadata;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.explain.Call.Security;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A cluster and one of its endpoints, as the caller's proxy calls it. Confined to one thread.
final class Destination {
    /// The secret with the mesh's certificate.
    private static final String OF_MESH = "default";

    private static final int MOST_SHOWN = 6;

    private final MeshView mesh;
    private final Places places;
    private final Party caller;
    private final Cluster cluster;
    private final Endpoint endpoint;

    /// @param cluster as Pilot made it
    Destination(MeshView mesh, Places places, Party caller, Cluster cluster, Endpoint endpoint) {
        this.mesh = mesh;
        this.places = places;
        this.caller = caller;
        this.cluster = cluster;
        this.endpoint = endpoint;
    }

    /// Where it is; empty for a Unix socket.
    Optional<InetSocketAddress> address() {
        return endpoint.address() instanceof InetSocketAddress at
                ? Optional.of(at)
                : Optional.empty();
    }

    /// How the connection is protected.
    Security security() {
        Optional<UpstreamTlsContext> tls = tls();
        if (tls.isEmpty()) {
            return new Security.PlainText();
        }
        return new Security.Tls(
                tls.get().getSni(),
                tls.get().getCommonTlsContext().getAlpnProtocolsList(),
                isOfMesh(tls.get()) ? caller.identity().toString() : null);
    }

    private Optional<UpstreamTlsContext> tls() {
        return endpoint.tls() == null ? Optional.empty() : TranslatedProxy.tls(cluster);
    }

    private static boolean isOfMesh(UpstreamTlsContext tls) {
        return tls.getCommonTlsContext().getTlsCertificateSdsSecretConfigsList().stream()
                .anyMatch(secret -> secret.getName().equals(OF_MESH));
    }

    /// @param all endpoints of the cluster
    /// @param server who is behind the endpoint's proxy
    List<Step> steps(List<Endpoint> all, Optional<Party> server) {
        List<Step> steps = new ArrayList<>();
        String rule = TranslatedProxy.config(cluster.getMetadata());
        steps.add(
                new Step(
                        "cluster",
                        cluster.getName()
                                + (rule.isEmpty() ? "" : ", shaped by " + Places.name(rule)),
                        places.ofPath(rule),
                        List.of()));
        List<String> shown = all.stream().limit(MOST_SHOWN).map(this::text).toList();
        steps.add(
                new Step(
                        "endpoints",
                        all.size() == 1 ? shown.getFirst() : all.size() + " of them",
                        "",
                        all.size() == 1 ? List.of() : shown));
        steps.add(tlsStep(rule, server));
        return steps;
    }

    private String text(Endpoint each) {
        var at = each.definition().locality();
        String where = String.join("/", at.region(), at.zone(), at.subZone()).replaceAll("/+$", "");
        return each.addressText().text()
                + " "
                + workload(each)
                + each.health().name().toLowerCase(Locale.ROOT)
                + (where.isEmpty() ? "" : ", in " + where)
                + priority(each);
    }

    private static String priority(Endpoint each) {
        int priority = each.definition().priority();
        return priority == 0 ? "" : ", priority " + priority;
    }

    /// Istio's label of an endpoint: `name;namespace;...`.
    private static String workload(Endpoint each) {
        String label =
                each.definition()
                        .metadata()
                        .getOrDefault(
                                ConfigMetadata.FILTER,
                                com.google.protobuf.Struct.getDefaultInstance())
                        .getFieldsOrDefault(
                                "workload", com.google.protobuf.Value.getDefaultInstance())
                        .getStringValue();
        String[] parts = label.split(";", -1);
        return parts.length < 2 ? "" : parts[1] + "/" + parts[0] + ", ";
    }

    private Step tlsStep(String rulePath, Optional<Party> server) {
        Optional<UpstreamTlsContext> tls = tls();
        String how =
                tls.map(t ->
                                isOfMesh(t)
                                        ? "mutual, as " + caller.identity()
                                        : "as written, without the mesh's certificate")
                        .orElse("none, plain text");
        Optional<DestinationRule> rule = rule(rulePath);
        Optional<ClientTls> written = rule.flatMap(this::written);
        if (written.isPresent()) {
            return new Step(
                    "TLS",
                    how + ": " + Places.name(rule.get().key()) + " says " + written.get().mode(),
                    places.of(rule.get().key()),
                    List.of());
        }
        if (server.isEmpty()) {
            return Step.of("TLS", how + ": no sidecar is known there");
        }
        int port = address().map(InetSocketAddress::getPort).orElse(0);
        Optional<PeerAuthentication> peer =
                mesh.peerModes()
                        .decisive(
                                server.get().node().namespace(),
                                server.get().node().labels(),
                                port);
        String mode =
                mesh.peerModes()
                        .mode(server.get().node().namespace(), server.get().node().labels(), port)
                        .toString();
        return new Step(
                "TLS",
                how
                        + ": automatic, "
                        + peer.map(p -> Places.name(p.key()) + " says " + mode)
                                .orElse(
                                        "a sidecar is there and no PeerAuthentication says"
                                                + " otherwise"),
                peer.map(p -> places.of(p.key())).orElse(""),
                List.of());
    }

    private Optional<DestinationRule> rule(String path) {
        Optional<ResourceKey> key = ConfigMetadata.key(path);
        return mesh.snapshot().config().all(DestinationRule.class).stream()
                .filter(rule -> key.equals(Optional.of(rule.key())))
                .findFirst();
    }

    /// What the rule says for this cluster: of its subset, else of its port, else of all.
    private Optional<ClientTls> written(DestinationRule rule) {
        String[] name = cluster.getName().split("\\|", -1);
        int port = name.length > 1 ? Integer.parseInt(name[1]) : 0;
        String subset = name.length > 2 ? name[2] : "";
        return rule.subsets().stream()
                .filter(s -> s.name().equals(subset))
                .findFirst()
                .flatMap(DestinationRule.Subset::trafficPolicy)
                .flatMap(policy -> written(policy, port))
                .or(() -> rule.trafficPolicy().flatMap(policy -> written(policy, port)));
    }

    private static Optional<ClientTls> written(TrafficPolicy policy, int port) {
        return policy.ports().stream()
                .filter(each -> each.port() == port)
                .findFirst()
                .map(each -> each.settings().tls())
                .orElse(policy.settings().tls());
    }
}
