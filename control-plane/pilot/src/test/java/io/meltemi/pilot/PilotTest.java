package io.meltemi.pilot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.identity.TrustDomain;
import io.meltemi.base.time.testing.FakeTicker;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.snapshot.MeshSnapshot;
import io.meltemi.xds.server.SnapshotSource.RefusedException;
import io.meltemi.xds.server.SnapshotSource.Watch;
import io.meltemi.xds.server.XdsPeer;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Confined to one test thread.
final class PilotTest {
    private final FakeTicker ticker = new FakeTicker();
    private final HandCrankedTimer timer = new HandCrankedTimer(ticker);
    private final Pilot pilot = new Pilot(PilotSettings.DEFAULT, ticker, timer);
    private final List<XdsSnapshot> seen = new ArrayList<>();

    @TempDir private Path scratch = Path.of("");

    @Test
    void theFirstMeshIsPushedAtOnce() throws RefusedException {
        follow("product");

        pilot.publish(Meshes.shop().with());
        timer.advance(Duration.ZERO);

        assertThat(seen).hasSize(1);
        assertThat(seen.getFirst().of(ResourceType.LISTENER)).containsKey("virtualInbound");
    }

    @Test
    void whoComesLaterGetsWhatWasPushed() throws RefusedException {
        pilot.publish(Meshes.shop().with());
        timer.advance(Duration.ZERO);

        follow("product");
        timer.advance(Duration.ZERO);

        assertThat(seen).hasSize(1);
    }

    @Test
    void publicationsInQuickSuccessionBecomeOnePush() throws RefusedException, IOException {
        started();

        for (int i = 1; i <= 5; i++) {
            pilot.publish(Meshes.shop().with(routes(i + "s"), 1));
            timer.advance(Duration.ofMillis(10));
        }
        assertThat(seen).isEmpty();
        timer.advance(Duration.ofMillis(10));

        assertThat(seen).hasSize(1);
    }

    @Test
    void publicationsWithoutPauseArePushedAfterTheLongestDelay()
            throws RefusedException, IOException {
        started();

        for (int i = 1; i <= 20; i++) {
            pilot.publish(Meshes.shop().with(routes(i + "s"), 1));
            timer.advance(Duration.ofMillis(10));
        }

        assertThat(seen).hasSize(1);
    }

    @Test
    void onlyTheResourceThatChangedGetsANewVersion() throws RefusedException, IOException {
        follow("product");
        push(Meshes.shop().with(routes("1s"), 1));

        push(Meshes.shop().with(routes("2s"), 1));

        assertThat(seen).hasSize(2);
        assertThat(changes(seen.get(0), seen.get(1))).containsExactly("ROUTE/80");
    }

    @Test
    void anInstanceMoreChangesNothingButItsEndpoints() throws RefusedException {
        follow("product");
        push(Meshes.shop().with());

        push(Meshes.shop().instance("product", "shop", "v1", "10.0.0.77", true).with());

        assertThat(changes(seen.get(0), seen.get(1)))
                .containsExactly("ENDPOINT/outbound|80||product.shop.svc.cluster.local");
    }

    @Test
    void movedLinesChangeNothingButTheVersion() throws RefusedException, IOException {
        follow("product");
        push(Meshes.shop().with(routes("1s"), 1));

        push(Meshes.shop().with(routes("1s"), 2));

        assertThat(seen).extracting(XdsSnapshot::version).containsExactly("c1-s1", "c2-s1");
        assertThat(changes(seen.get(0), seen.get(1))).isEmpty();
    }

    @Test
    void equalMeshesHaveEqualVersionsEverywhere() throws IOException {
        MeshSnapshot one = Meshes.shop().with(routes("1s"), 1);
        MeshSnapshot other = Meshes.shop().with(routes("1s"), 1);

        XdsSnapshot first =
                Pilot.translate(
                        PilotSettings.DEFAULT, one, Meshes.sidecar("product", "shop", "10.0.0.1"));
        XdsSnapshot second =
                Pilot.translate(
                        PilotSettings.DEFAULT,
                        other,
                        Meshes.sidecar("product", "shop", "10.0.0.1"));

        assertThat(changes(first, second)).isEmpty();
        assertThat(first.resources()).isEqualTo(second.resources());
    }

    @Test
    void aClosedWatchHearsNothingMore() throws RefusedException, IOException {
        Watch watch = follow("product");
        push(Meshes.shop().with());
        watch.close();

        push(Meshes.shop().with(routes("1s"), 1));

        assertThat(seen).hasSize(1);
    }

    @Test
    void aProxyOfAnotherNamespaceIsRefused() {
        assertThatThrownBy(() -> watch(node("sidecar~10.0.0.1~p-1.shop~x"), "bank", "p"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("claims namespace 'shop'")
                .hasMessageContaining("spiffe://cluster.local/ns/bank/sa/p");
    }

    @Test
    void aProxyOfAnotherServiceAccountIsRefused() {
        Node node =
                node("sidecar~10.0.0.1~p-1.shop~x").toBuilder()
                        .setMetadata(text("SERVICE_ACCOUNT", "root"))
                        .build();

        assertThatThrownBy(() -> watch(node, "shop", "p"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("claims service account 'root'");
    }

    @Test
    void aClaimInMetadataDoesNotHideTheNamespace() {
        Node node =
                node("sidecar~10.0.0.1~p-1.bank~x").toBuilder()
                        .setMetadata(text("NAMESPACE", "shop"))
                        .build();

        assertThatThrownBy(() -> watch(node, "bank", "p"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("claims namespace 'shop'");
    }

    @Test
    void withoutAProofNobodyIsServedUnlessThatWasAskedFor() throws RefusedException {
        XdsPeer peer = new XdsPeer(1, node("sidecar~10.0.0.1~p-1.shop~x"), Optional.empty());

        assertThatThrownBy(() -> pilot.watch(peer, seen::add))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("has proven no identity");
        new Pilot(PilotSettings.DEFAULT.withTrustedNodeClaims(), ticker, timer)
                .watch(peer, seen::add)
                .close();
    }

    @Test
    void idsThatAreNotIstiosAreRefusedWithAReason() {
        assertThatThrownBy(() -> watch(node("envoy-1"), "shop", "p"))
                .hasMessageContaining("TYPE~IP~NAME.NAMESPACE~DOMAIN");
        assertThatThrownBy(() -> watch(node("ztunnel~10.0.0.1~p-1.shop~x"), "shop", "p"))
                .hasMessageContaining("neither 'sidecar' nor 'router'");
        Node explicit =
                node("sidecar~10.0.0.1~p-1.shop~x").toBuilder()
                        .setMetadata(text("INTERCEPTION", "EXPLICIT"))
                        .build();
        assertThatThrownBy(() -> watch(explicit, "shop", "p"))
                .hasMessageContaining("EXPLICIT_OUTBOUND");
    }

    @Test
    void aGeneratorThatIsNotServedIsRefusedWithAReason() {
        Node api =
                node("sidecar~10.0.0.1~p-1.shop~x").toBuilder()
                        .setMetadata(text("GENERATOR", "api"))
                        .build();
        assertThatThrownBy(() -> watch(api, "shop", "p"))
                .hasMessageContaining("metadata GENERATOR 'api' is only known as 'grpc'");
        Node gateway =
                node("router~10.0.0.1~p-1.shop~x").toBuilder()
                        .setMetadata(text("GENERATOR", "grpc"))
                        .build();
        assertThatThrownBy(() -> watch(gateway, "shop", "p"))
                .hasMessageContaining("of a 'sidecar'");
    }

    @Test
    void aProgramThatAsksItselfGetsNothingOfEnvoys() throws RefusedException, IOException {
        Node node =
                node("sidecar~10.0.0.1~p-1.shop~x").toBuilder()
                        .setMetadata(text("GENERATOR", "grpc"))
                        .build();
        watch(node, "shop", "p");
        push(Meshes.shop().with(routes("1s"), 1));

        push(Meshes.shop().with(routes("2s"), 1));

        assertThat(seen).hasSize(2);
        assertThat(seen.getFirst().of(ResourceType.LISTENER))
                .containsKey("notification:9090")
                .doesNotContainKey("virtualInbound");
        assertThat(changes(seen.get(0), seen.get(1)))
                .containsExactly("ROUTE/outbound|80||product.shop.svc.cluster.local");
    }

    private void started() throws RefusedException {
        follow("product");
        push(Meshes.shop().with());
        seen.clear();
    }

    private void push(MeshSnapshot mesh) {
        pilot.publish(mesh);
        timer.advance(Duration.ofMillis(200));
    }

    private List<ConfigResource> routes(String timeout) throws IOException {
        return MeshYaml.resources(
                """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: product, namespace: shop}
                spec:
                  hosts: [product]
                  http:
                  - timeout: %s
                    route:
                    - destination: {host: product}
                """
                        .formatted(timeout),
                scratch);
    }

    private Watch follow(String account) throws RefusedException {
        return watch(node("sidecar~10.0.0.1~product-v1-1.shop~x"), "shop", account);
    }

    private Watch watch(Node node, String namespace, String account) throws RefusedException {
        SpiffeId identity = new SpiffeId(TrustDomain.CLUSTER_LOCAL, namespace, account);
        return pilot.watch(new XdsPeer(1, node, Optional.of(identity)), seen::add);
    }

    private static Node node(String id) {
        return Node.newBuilder().setId(id).build();
    }

    private static Struct text(String key, String value) {
        return Struct.newBuilder()
                .putFields(key, Value.newBuilder().setStringValue(value).build())
                .build();
    }

    private static Set<String> changes(XdsSnapshot before, XdsSnapshot after) {
        Set<String> changed = new TreeSet<>();
        for (ResourceType type : ResourceType.values()) {
            Map<String, XdsResource> old = before.of(type);
            after.of(type)
                    .forEach((name, resource) -> {
                        if (!resource.equals(old.get(name))) {
                            changed.add(type + "/" + name);
                        }
                    });
        }
        return changed;
    }
}
