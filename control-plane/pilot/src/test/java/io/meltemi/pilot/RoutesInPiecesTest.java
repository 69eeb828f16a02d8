package io.meltemi.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.meltemi.pilot.scope.ProxyNode;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Who takes virtual hosts one by one has the same routes as everyone else. Confined to one test
/// thread.
final class RoutesInPiecesTest {
    static Stream<String> cases() throws IOException {
        return GoldenTest.cases();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void putTogetherTheyAreTheWholeTables(String name, @TempDir Path scratch) throws IOException {
        MeshYaml input = MeshYaml.read(GoldenTest.TESTDATA.resolve(name + ".in.yaml"), scratch);

        XdsSnapshot whole = Pilot.translate(PilotSettings.DEFAULT, input.mesh(), input.proxy());
        XdsSnapshot pieces =
                Pilot.translate(PilotSettings.DEFAULT, input.mesh(), capable(input.proxy()));

        for (ResourceType type : ResourceType.values()) {
            if (type != ResourceType.ROUTE && type != ResourceType.VIRTUAL_HOST) {
                assertThat(pieces.of(type)).as("%s", type).isEqualTo(whole.of(type));
            }
        }
        assertThat(whole.of(ResourceType.VIRTUAL_HOST)).isEmpty();
        assertThat(pieces.of(ResourceType.ROUTE).keySet())
                .isEqualTo(whole.of(ResourceType.ROUTE).keySet());
        for (XdsResource table : whole.of(ResourceType.ROUTE).values()) {
            assertThat(hosts(joined(table.name(), pieces)))
                    .containsExactlyInAnyOrderElementsOf(hosts(read(table)));
        }
    }

    @Test
    void aChangedRouteIsOneChangedHost(@TempDir Path scratch) throws IOException {
        ProxyNode node = capable(Meshes.sidecar("product", "shop", "10.0.0.1"));

        Map<String, XdsResource> before = hosts(node, "1s", scratch);
        Map<String, XdsResource> after = hosts(node, "2s", scratch);

        Set<String> changed = new TreeSet<>(after.keySet());
        changed.removeIf(name -> Objects.equals(after.get(name), before.get(name)));
        assertThat(changed).containsExactly("9080/invoice.shop.svc.cluster.local:9080");
        assertThat(after).hasSameSizeAs(before).hasSize(3);
    }

    private static Map<String, XdsResource> hosts(ProxyNode node, String timeout, Path scratch)
            throws IOException {
        String yaml =
                """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: invoice, namespace: shop}
                spec:
                  hosts: [invoice]
                  http:
                  - timeout: TIMEOUT
                    route:
                    - destination: {host: invoice}
                """
                        .replace("TIMEOUT", timeout);
        return Pilot.translate(
                        PilotSettings.DEFAULT,
                        Meshes.shop().with(MeshYaml.resources(yaml, scratch), 1),
                        node)
                .of(ResourceType.VIRTUAL_HOST);
    }

    private static RouteConfiguration joined(String name, XdsSnapshot pieces) throws IOException {
        XdsResource table = Objects.requireNonNull(pieces.of(ResourceType.ROUTE).get(name));
        RouteConfiguration.Builder joined = read(table).toBuilder();
        for (XdsResource piece : pieces.of(ResourceType.VIRTUAL_HOST).values()) {
            if (piece.name().startsWith(name + "/")) {
                VirtualHost host = VirtualHost.parseFrom(piece.body().getValue());
                assertThat(host.getName()).isEqualTo(piece.name());
                assertThat(joined.hasVhds()).isTrue();
                String own = host.getName().substring(name.length() + 1);
                joined.addVirtualHosts(host.toBuilder().setName(own));
            }
        }
        return joined.build();
    }

    private static RouteConfiguration read(XdsResource table)
            throws InvalidProtocolBufferException {
        return RouteConfiguration.parseFrom(table.body().getValue());
    }

    private static List<VirtualHost> hosts(RouteConfiguration table) {
        List<VirtualHost> hosts = new ArrayList<>(table.getVirtualHostsList());
        assertThat(hosts.stream().map(VirtualHost::getName).collect(Collectors.toSet()))
                .hasSameSizeAs(hosts);
        return hosts;
    }

    static ProxyNode capable(ProxyNode node) {
        return new ProxyNode(
                node.type(),
                node.address(),
                node.name(),
                node.namespace(),
                node.labels(),
                node.workload(),
                node.locality(),
                new TreeSet<>(List.of("virtual-hosts")),
                node.interception(),
                node.metadata(),
                node.identity());
    }
}
