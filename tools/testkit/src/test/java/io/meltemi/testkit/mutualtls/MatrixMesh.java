package io.meltemi.testkit.mutualtls;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap.StaticResources;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.meltemi.base.net.HostPort;
import io.meltemi.galley.Galley;
import io.meltemi.galley.Report;
import io.meltemi.model.service.Locality;
import io.meltemi.model.snapshot.KeySnapshot;
import io.meltemi.model.snapshot.MeshSettings;
import io.meltemi.model.snapshot.MeshSnapshot;
import io.meltemi.model.snapshot.RootSnapshot;
import io.meltemi.model.snapshot.ServiceSnapshot;
import io.meltemi.pilot.Pilot;
import io.meltemi.pilot.PilotSettings;
import io.meltemi.pilot.scope.Interception;
import io.meltemi.pilot.scope.ProxyNode;
import io.meltemi.proxy.config.Extensions;
import io.meltemi.testkit.security.Identities;
import io.meltemi.xds.snapshot.InlineResources;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/// What Pilot tells the sidecars of the matrix, each side's as one bootstrap. Confined to its test.
final class MatrixMesh {
    private static final PilotSettings QUIET =
            new PilotSettings(
                    false,
                    PilotSettings.DEFAULT.outboundPolicy(),
                    false,
                    Optional.empty(),
                    false,
                    0,
                    Duration.ZERO,
                    Duration.ZERO);

    private final List<Served> services;
    private final Identities identities;
    private final Path scratch;
    private final String config;

    MatrixMesh(List<Served> services, Identities identities, Path scratch) {
        this(services, identities, scratch, "");
    }

    /// @param config of the mesh: documents, each ended by `---`
    MatrixMesh(List<Served> services, Identities identities, Path scratch, String config) {
        this.services = services;
        this.identities = identities;
        this.scratch = scratch;
        this.config = config;
    }

    /// All servers' sidecars: a listener `in-NUMBER` for each service.
    ///
    /// @param application port of what stands behind all of them
    String servers(int application) throws IOException {
        MeshSnapshot mesh = mesh(Served::number);
        StaticResources.Builder all = StaticResources.newBuilder();
        for (Served each : services) {
            ProxyNode node =
                    node(
                            each.namespace(),
                            each.name(),
                            new Interception.Explicit(
                                    new HostPort("127.0.0.1", 0),
                                    new HostPort("127.0.0.1", each.number()),
                                    application));
            XdsSnapshot snapshot = Pilot.translate(QUIET, mesh, node);
            secrets(snapshot, all);
            all.addListeners(listener(snapshot, "virtualInbound", "in-" + each.number()));
            String cluster = "inbound|" + each.number() + "||";
            all.addClusters(
                    Cluster.parseFrom(
                            InlineResources.required(snapshot, ResourceType.CLUSTER, cluster)
                                    .body()
                                    .getValue()));
        }
        return bootstrap(
                all,
                List.of("disable", "permissive", "strict").stream()
                        .map(space -> "spiffe://cluster.local/ns/" + space + "/sa/server")
                        .toList());
    }

    /// A caller's sidecar: a listener `out-NUMBER` for each service.
    ///
    /// @param endpoints where the sidecar of each service listens
    String caller(ToIntFunction<Served> endpoints) throws IOException {
        XdsSnapshot snapshot =
                Pilot.translate(
                        QUIET,
                        mesh(endpoints),
                        node("callers", "caller", new Interception.Redirect()));
        StaticResources.Builder all = StaticResources.newBuilder();
        for (XdsResource cluster : snapshot.of(ResourceType.CLUSTER).values()) {
            if (cluster.name().startsWith("outbound|")) {
                all.addClusters(
                        InlineResources.cluster(
                                Cluster.parseFrom(cluster.body().getValue()), snapshot));
            }
        }
        for (Served each : services) {
            String name =
                    snapshot.of(ResourceType.LISTENER).keySet().stream()
                            .filter(listener -> listener.endsWith("_" + each.number()))
                            .collect(Collectors.joining());
            all.addListeners(listener(snapshot, name, "out-" + each.number()));
        }
        return bootstrap(all, List.of("spiffe://cluster.local/ns/callers/sa/caller"));
    }

    private MeshSnapshot mesh(ToIntFunction<Served> endpoints) throws IOException {
        String yaml =
                config
                        + services.stream()
                                .map(Served::policyYaml)
                                .distinct()
                                .collect(Collectors.joining())
                        + services.stream()
                                .map(each -> each.yaml(endpoints.applyAsInt(each)))
                                .collect(Collectors.joining());
        Report report =
                Galley.check(List.of(Files.writeString(scratch.resolve("mesh.yaml"), yaml)));
        if (report.hasErrors()) {
            throw new IllegalArgumentException(report.diagnostics().toString());
        }
        return new MeshSnapshot(
                MeshSettings.DEFAULT,
                report.snapshot(),
                new ServiceSnapshot(1, new TreeMap<>()),
                KeySnapshot.EMPTY,
                new RootSnapshot(identities.rootPem()));
    }

    private static ProxyNode node(String namespace, String name, Interception interception) {
        return new ProxyNode(
                ProxyNode.Type.SIDECAR,
                "127.0.0.1",
                name,
                namespace,
                new TreeMap<>(Map.of("app", name)),
                name,
                Locality.parse(""),
                new TreeSet<>(),
                interception);
    }

    private static Listener listener(XdsSnapshot snapshot, String name, String as)
            throws InvalidProtocolBufferException {
        XdsResource listener = InlineResources.required(snapshot, ResourceType.LISTENER, name);
        Listener.Builder out =
                InlineResources.listener(
                                Listener.parseFrom(listener.body().getValue()), snapshot, _ -> {})
                        .toBuilder()
                        .setName(as)
                        .clearBindToPort();
        out.getAddressBuilder().getSocketAddressBuilder().setAddress("127.0.0.1").setPortValue(0);
        return out.build();
    }

    /// What the control plane would send; the same for all.
    private static void secrets(XdsSnapshot snapshot, StaticResources.Builder all)
            throws InvalidProtocolBufferException {
        if (all.getSecretsCount() == 0) {
            for (XdsResource secret : snapshot.of(ResourceType.SECRET).values()) {
                all.addSecrets(Secret.parseFrom(secret.body().getValue()));
            }
        }
    }

    /// With the keys that an agent would have given.
    private String bootstrap(StaticResources.Builder resources, List<String> names)
            throws IOException {
        resources.addSecrets(
                Secret.newBuilder()
                        .setName("default")
                        .setTlsCertificate(
                                TlsCertificate.newBuilder()
                                        .setCertificateChain(inline(identities.pem(names)))
                                        .setPrivateKey(inline(identities.keyPem()))));
        resources.addSecrets(
                Secret.newBuilder()
                        .setName("ROOTCA")
                        .setValidationContext(
                                CertificateValidationContext.newBuilder()
                                        .setTrustedCa(inline(identities.rootPem()))));
        Bootstrap all =
                Bootstrap.newBuilder()
                        .setNode(Node.newBuilder().setId("matrix").setCluster("test"))
                        .setStaticResources(resources)
                        .build();
        JsonFormat.Printer printer =
                JsonFormat.printer()
                        .usingTypeRegistry(Extensions.shownRegistry())
                        .omittingInsignificantWhitespace();
        String text =
                "node: %s\nstatic_resources: %s\n"
                        .formatted(
                                printer.print(all.getNode()),
                                printer.print(all.getStaticResources()));
        // Secrets stand in the file.
        return text.replaceAll(",\"sdsConfig\":\\{.*?\"resourceApiVersion\":\"V3\"}", "");
    }

    private static DataSource inline(String text) {
        return DataSource.newBuilder().setInlineString(text).build();
    }
}
