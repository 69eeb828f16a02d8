package io.meltemi.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.base.time.testing.FakeTicker;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.service.Protocol;
import io.meltemi.model.service.ServicePort;
import io.meltemi.pilot.push.PushQueue;
import io.meltemi.pilot.scope.ProxyNode;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        return MeshYaml.resources(
                """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: s3, namespace: shop}
                spec:
                  hosts: [s3]
                  http:
                  - timeout: 1s
                    route:
                    - destination: {host: s3}
                """,
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
        long before = queue.translations();
        queue.offer(meshes.with(config, 1));
        queue.push();
        return queue.translations() - before;
    }

    private static Meshes mesh() {
        Meshes meshes = new Meshes();
        for (int i = 0; i < SIZE; i++) {
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
