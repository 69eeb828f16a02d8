package io.meltemi.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.DiscoveryType;
import io.meltemi.base.net.HostPort;
import io.meltemi.model.service.Locality;
import io.meltemi.model.snapshot.MeshSnapshot;
import io.meltemi.pilot.scope.Interception;
import io.meltemi.pilot.scope.ProxyNode;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A real Envoy takes all that Pilot makes of the golden cases and of every kind of resource at
/// once. Confined to one test thread.
final class EnvoyAcceptsTest {
    /// Everything that can be observed is.
    private static final PilotSettings SETTINGS =
            new PilotSettings(
                    false,
                    PilotSettings.DEFAULT.outboundPolicy(),
                    true,
                    Optional.of("/dev/stdout"),
                    true,
                    10,
                    Duration.ZERO,
                    Duration.ZERO);

    @TempDir private Path folder = Path.of("");

    static Stream<String> cases() throws IOException {
        // What is for gRPC's own clients no Envoy takes: those judge it in the testkit.
        return GoldenTest.cases().filter(name -> !name.startsWith("grpc/"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void allGoldenCases(String name) throws IOException {
        MeshYaml input = MeshYaml.read(GoldenTest.TESTDATA.resolve(name + ".in.yaml"), folder);

        assertTaken(input.mesh(), input.proxy());
    }

    @Test
    void theSidecarOfAPodWithEveryKindOfResource() throws IOException {
        assertTaken(
                everything(),
                Meshes.sidecar(
                        "product",
                        "shop",
                        "10.0.0.1",
                        new Locality("eu", "a", "1"),
                        new Interception.Redirect()));
    }

    @Test
    void theSidecarWithoutAPod() throws IOException {
        assertTaken(
                everything(),
                Meshes.sidecar(
                        "product",
                        "shop",
                        "127.0.0.1",
                        Locality.NONE,
                        new Interception.Explicit(
                                new HostPort("127.0.0.1", 18001),
                                new HostPort("127.0.0.1", 8080),
                                18003)));
    }

    @Test
    void theGateway() throws IOException {
        assertTaken(everything(), Meshes.gateway());
    }

    @Test
    void butNotNonsense() {
        EnvoyBinary envoy = EnvoyBinary.required();
        Bootstrap.Builder bootstrap = Bootstrap.newBuilder();
        bootstrap
                .getStaticResourcesBuilder()
                .addClustersBuilder()
                .setName("nonsense")
                .setType(DiscoveryType.EDS);

        assertThat(envoy.objections(bootstrap.build(), folder)).isNotEmpty();
    }

    private MeshSnapshot everything() throws IOException {
        String yaml = Files.readString(GoldenTest.TESTDATA.resolve("everything.yaml"));
        return Meshes.shop().with(MeshYaml.resources(yaml, folder), 1);
    }

    private void assertTaken(MeshSnapshot mesh, ProxyNode node)
            throws InvalidProtocolBufferException {
        EnvoyBinary envoy = EnvoyBinary.required();
        XdsSnapshot snapshot = Pilot.translate(SETTINGS, mesh, node);

        assertThat(envoy.objections(StaticBootstrap.of(snapshot), folder)).isEmpty();
        assertThat(envoy.objections(StaticBootstrap.withReferences(snapshot), folder)).isEmpty();
    }
}
