package io.meltemi.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.base.time.testing.FakeTicker;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.service.Protocol;
import io.meltemi.model.service.ServicePort;
import io.meltemi.pilot.push.PushQueue;
import io.meltemi.pilot.push.Work.Step;
import io.meltemi.pilot.scope.ProxyNode;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a change costs among many proxies, counted in translations. Confined to one test thread.
final class ScaleTest {
    private static final int SIZE = 50;

    private final PushQueue queue =
            new PushQueue(PilotSettings.DEFAULT, new HandCrankedTimer(new FakeTicker()));
    private int pushes;

    @TempDir private Path scratch = Path.of("");

    @BeforeEach
    void everyProxyHasItsConfiguration() {
        for (int i = 0; i < SIZE; i++) {
            queue.follow(Meshes.sidecar("s" + i, "shop", address(i)), _ -> pushes++);
        }
        push(mesh(), List.of());
        pushes = 0;
    }

    @Test
    void anEndpointMoreIsTranslatedOnceForAll() {
        long cost = push(mesh().instance("s3", "shop", "v2", "10.9.9.9", true), List.of());

        assertThat(cost).isEqualTo(1);
        assertThat(pushes).isEqualTo(SIZE);
    }

    /// And nothing else is derived: no scope, no cluster, no route, whatever the number of
    /// services.
    @ParameterizedTest
    @ValueSource(ints = {10, 1_000})
    void otherInstancesDeriveTheEndpointsOfOneClusterForEachPlace(int services) {
        queue.follow(Meshes.sidecar("far", "other", "10.1.0.1"), _ -> {});
        push(mesh(services).instance("s3", "shop", "v2", "10.9.9.8", true), List.of());
        Map<Step, Long> before = queue.work();

        push(mesh(services).instance("s3", "shop", "v2", "10.9.9.9", true), List.of());

        assertThat(since(before)).containsExactly(Map.entry(Step.RESOURCE, 1L));
    }

    /// Nor here, but for the whole tables of those who take whole tables.
    @ParameterizedTest
    @ValueSource(ints = {10, 1_000})
    void anotherRouteDerivesOneVirtualHostForEachView(int services) throws IOException {
        PushQueue ours =
                new PushQueue(PilotSettings.DEFAULT, new HandCrankedTimer(new FakeTicker()));
        for (int i = 0; i < SIZE; i++) {
            ProxyNode node = Meshes.sidecar("s" + i, i % 2 == 0 ? "shop" : "bank", address(i));
            ours.follow(RoutesInPiecesTest.capable(node), _ -> pushes++);
        }
        offer(ours, mesh(services), route("1s"));
        Map<Step, Long> before = ours.work();
        pushes = 0;

        offer(ours, mesh(services), route("2s"));

        assertThat(since(before, ours.work()))
                .as("one for each of two namespaces: one calls the service by its short name, too")
                .containsExactly(Map.entry(Step.RESOURCE, 2L));
        assertThat(pushes).isEqualTo(SIZE);
    }

    /// The same mesh again is looked at once and derives nothing.
    @Test
    void nothingNewDerivesNothing() {
        Map<Step, Long> before = queue.work();

        push(mesh(), List.of());

        assertThat(since(before)).isEmpty();
        assertThat(pushes).isZero();
    }

    @Test
    void anInstanceOfAProxysOwnIsItsOwnMatterToo() {
        Map<Step, Long> before = queue.work();

        push(mesh().instance("s4", "shop", "v2", address(3), true), List.of());

        assertThat(since(before).get(Step.OWN)).as("of the proxy at that address").isEqualTo(1);
        assertThat(since(before).get(Step.SCOPE)).isNull();
    }

    private Map<Step, Long> since(Map<Step, Long> before) {
        return since(before, queue.work());
    }

    private static Map<Step, Long> since(Map<Step, Long> before, Map<Step, Long> after) {
        Map<Step, Long> more = new EnumMap<>(Step.class);
        after.forEach((step, count) -> {
            if (count > before.getOrDefault(step, 0L)) {
                more.put(step, count - before.getOrDefault(step, 0L));
            }
        });
        return more;
    }

    @Test
    void aRouteIsTranslatedOnceForAllOfANamespace() throws IOException {
        long cost = push(mesh(), route());

        assertThat(cost).isEqualTo(1);
        assertThat(pushes).isEqualTo(SIZE);
    }

    /// Its virtual host alone, and none of the others.
    @Test
    void aRouteThatTravelsByItselfIsOneMoreTranslation() throws IOException {
        ProxyNode other = RoutesInPiecesTest.capable(Meshes.sidecar("s0", "shop", address(0)));
        List<XdsSnapshot> given = new ArrayList<>();
        queue.follow(other, given::add);
        push(mesh(), List.of());

        long cost = push(mesh(), route());

        assertThat(cost).as("for those who take whole tables, and for the other").isEqualTo(2);
        assertThat(given).hasSize(2);
        assertThat(given.getLast().of(ResourceType.VIRTUAL_HOST)).hasSize(SIZE);
        assertThat(given.getLast().of(ResourceType.ROUTE))
                .isEqualTo(given.getFirst().of(ResourceType.ROUTE));
    }

    private List<ConfigResource> route() throws IOException {
        return route("1s");
    }

    private List<ConfigResource> route(String timeout) throws IOException {
        return MeshYaml.resources(
                """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: s3, namespace: shop}
                spec:
                  hosts: [s3]
                  http:
                  - timeout: TIMEOUT
                    route:
                    - destination: {host: s3}
                """
                        .replace("TIMEOUT", timeout),
                scratch);
    }

    @Test
    void thePolicyOfAWorkloadIsTranslatedOnceAndPushedToItAlone() throws IOException {
        List<ConfigResource> policy =
                MeshYaml.resources(
                        """
                        apiVersion: security.istio.io/v1
                        kind: AuthorizationPolicy
                        metadata: {name: s3, namespace: shop}
                        spec:
                          selector: {matchLabels: {app: s3}}
                          action: DENY
                          rules: [{}]
                        """,
                        scratch);

        long cost = push(mesh(), policy);

        assertThat(cost).isEqualTo(1);
        assertThat(pushes).isEqualTo(1);
    }

    private long push(Meshes meshes, List<ConfigResource> config) {
        long before = resources();
        offer(queue, meshes, config);
        return resources() - before;
    }

    private static void offer(PushQueue queue, Meshes meshes, List<ConfigResource> config) {
        queue.offer(meshes.with(config, 1));
        queue.push();
    }

    private long resources() {
        return queue.work().getOrDefault(Step.RESOURCE, 0L);
    }

    private static Meshes mesh() {
        return mesh(SIZE);
    }

    private static Meshes mesh(int services) {
        Meshes meshes = new Meshes();
        for (int i = 0; i < services; i++) {
            meshes.service(
                    "s" + i,
                    "shop",
                    "10.255." + i / 250 + "." + i % 250,
                    new ServicePort("http", 80, Protocol.HTTP));
            meshes.instance("s" + i, "shop", "v1", address(i), true);
        }
        return meshes;
    }

    private static String address(int i) {
        return "10.0." + i / 250 + "." + i % 250;
    }
}
