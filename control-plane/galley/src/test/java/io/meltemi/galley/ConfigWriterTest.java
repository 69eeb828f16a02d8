package io.meltemi.galley;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.galley.ConfigWriter.Absent;
import io.meltemi.galley.ConfigWriter.Intent;
import io.meltemi.galley.ResourceState.Standing;
import io.meltemi.galley.WriteResult.Done;
import io.meltemi.galley.WriteResult.Refused;
import io.meltemi.galley.objects.EmbeddedStore;
import io.meltemi.galley.objects.StoreSource;
import io.meltemi.galley.source.DocumentSet.Text;
import io.meltemi.galley.source.InlineSource;
import io.meltemi.model.snapshot.MeshSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Orders to the store of a mesh that has a folder, too. Confined to one test thread.
final class ConfigWriterTest {
    private static final String RULE =
            """
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: product, namespace: shop}
            spec:
              host: product.shop.svc.cluster.local
              subsets:
              - {name: v1, labels: {version: v1}}
            """;

    private static final String ROUTE =
            """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: product, namespace: shop}
            spec:
              hosts: [product.shop.svc.cluster.local]
              http:
              - route:
                - destination: {host: product.shop.svc.cluster.local, subset: v1}
            """;

    private static final String SIDECAR =
            """
            apiVersion: networking.istio.io/v1
            kind: Sidecar
            metadata: {name: one, namespace: shop}
            spec: {egress: [{hosts: ["./*"]}]}
            """;

    private final Path home;
    private final InlineSource folder = new InlineSource("mesh/rule.yaml", RULE);
    private final List<Long> versions = new ArrayList<>();
    private Mesh mesh;

    ConfigWriterTest(@TempDir Path home) throws IOException {
        this.home = home;
        mesh = new Mesh();
    }

    /// Galley over a folder and a store.
    private final class Mesh {
        private final EmbeddedStore store;
        private final Galley galley;
        private final ConfigWriter writer;

        Mesh() throws IOException {
            store = EmbeddedStore.open(home.resolve("store"), Clock.systemUTC());
            StoreSource source = new StoreSource(store);
            galley =
                    Galley.open(
                            List.of(folder, source),
                            MeshSettings.DEFAULT,
                            p -> versions.add(p.inForce().version()));
            writer = new ConfigWriter(galley, store, source, _ -> List.of());
        }

        void close() throws IOException {
            galley.close();
            store.close();
        }
    }

    private void restart() throws IOException {
        mesh.close();
        versions.clear();
        mesh = new Mesh();
    }

    @AfterEach
    void close() throws IOException {
        mesh.close();
    }

    private static List<Text> text(String yaml) {
        return List.of(new Text("mine.yaml", yaml));
    }

    private WriteResult apply(String yaml) throws IOException {
        return mesh.writer.apply(text(yaml), Intent.CHANGE);
    }

    private static List<String> said(WriteResult result) {
        List<String> said = new ArrayList<>();
        if (result instanceof Done done) {
            done.outcomes().forEach(o -> said.add(o.name() + " " + o.verb()));
        } else {
            said.add("refused");
        }
        result.findings().forEach(d -> said.add(d.toString()));
        return said;
    }

    private String state(String name) {
        return mesh.galley.states().stream()
                .filter(s -> s.resource().name().toString().equals(name))
                .map(s ->
                        switch (s.standing()) {
                            case Standing.InForce(long version) -> "in force since " + version;
                            case Standing.Refused() -> "refused " + s.resource().findings();
                            case Standing.Held held -> "held by " + held.because();
                        })
                .findFirst()
                .orElse("not there");
    }

    @Test
    void whatIsAppliedIsInForceWhenTheOrderIsDone() throws Exception {
        assertThat(said(apply(ROUTE))).containsExactly("VirtualService/shop/product CREATED");
        assertThat(state("VirtualService/shop/product")).isEqualTo("in force since 2");
        assertThat(state("DestinationRule/shop/product")).isEqualTo("in force since 1");

        assertThat(said(apply(ROUTE))).containsExactly("VirtualService/shop/product UNCHANGED");
        assertThat(said(apply(ROUTE.replace("http:", "http: # again"))))
                .containsExactly("VirtualService/shop/product UNCHANGED");
        assertThat(versions).containsExactly(1L, 2L);

        WriteResult changed = apply(ROUTE.replace("- route", "- timeout: 1s\n    route"));
        assertThat(said(changed)).containsExactly("VirtualService/shop/product CONFIGURED");
        assertThat(((Done) changed).version()).isEqualTo(3);
        assertThat(state("VirtualService/shop/product")).isEqualTo("in force since 3");
    }

    @Test
    void itIsStillThereAfterARestart() throws Exception {
        apply(ROUTE);
        restart();

        assertThat(state("VirtualService/shop/product")).isEqualTo("in force since 1");
        assertThat(said(apply(ROUTE))).containsExactly("VirtualService/shop/product UNCHANGED");
    }

    @Test
    void oneErrorKeepsAllOfAnOrderOutAndHasItsPlaceInTheCallersFile() throws Exception {
        WriteResult result = apply(SIDECAR + "---\n" + ROUTE.replace("hosts:", "hots:"));

        assertThat(said(result))
                .contains("refused")
                .anyMatch(line -> line.startsWith("mine.yaml:10:3: error MEL0006: "));
        assertThat(mesh.store.contents().revision()).isZero();
        assertThat(state("Sidecar/shop/one")).isEqualTo("not there");
    }

    @Test
    void anOrderThatIsOnlyAskedForChangesNothing() throws Exception {
        WriteResult result = mesh.writer.apply(text(ROUTE), Intent.ONLY_SAY);

        assertThat(said(result)).containsExactly("VirtualService/shop/product CREATED");
        assertThat(mesh.store.contents().revision()).isZero();
        assertThat(versions).containsExactly(1L);
    }

    @Test
    void whatStandsInAFolderIsRefusedWithTheFile() throws Exception {
        String said =
                "mine.yaml:1:1: error MEL0010: DestinationRule/shop/product stands in"
                        + " mesh/rule.yaml:1:1: change it there, what is in folders is its owner's"
                        + " alone";

        assertThat(said(apply(RULE))).containsExactly("refused", said);
        assertThat(said(mesh.writer.delete(text(RULE), Absent.REFUSED, Intent.CHANGE)))
                .containsExactly("refused", said);
    }

    @Test
    void whoHasAnOlderFormIsRefused() throws Exception {
        apply(ROUTE);
        String newer = ROUTE.replace("{name: product", "{resourceVersion: '1', name: product");

        assertThat(said(apply(newer.replace("v1}", "v1, port: {number: 80}}"))))
                .containsExactly("VirtualService/shop/product CONFIGURED");
        assertThat(said(apply(newer)))
                .hasSize(2)
                .last()
                .asString()
                .startsWith(
                        "mine.yaml:1:1: error MEL0021: VirtualService/shop/product was made from"
                                + " resourceVersion 1 and is at 2: ");
    }

    @Test
    void whatIsDeletedIsGone() throws Exception {
        apply(ROUTE);

        assertThat(said(mesh.writer.delete(text(ROUTE), Absent.REFUSED, Intent.CHANGE)))
                .containsExactly("VirtualService/shop/product DELETED");
        assertThat(state("VirtualService/shop/product")).isEqualTo("not there");
        assertThat(said(mesh.writer.delete(text(ROUTE), Absent.REFUSED, Intent.CHANGE)))
                .containsExactly(
                        "refused",
                        "mine.yaml:1:1: error MEL0022: the store has no"
                                + " VirtualService/shop/product");
        assertThat(said(mesh.writer.delete(text(ROUTE), Absent.IGNORED, Intent.CHANGE))).isEmpty();
    }

    /// A folder that refers to it would not take force any more.
    @Test
    void whatOthersNeedIsNotDeleted() throws Exception {
        folder.replace(SIDECAR);
        apply(RULE);
        folder.replace(ROUTE);
        assertThat(state("VirtualService/shop/product")).isEqualTo("in force since 4");

        assertThat(said(mesh.writer.delete(text(RULE), Absent.REFUSED, Intent.CHANGE)))
                .contains("refused")
                .anyMatch(line ->
                        line.startsWith("mesh/rule.yaml:8:67: ") && line.contains("IST0101"));
        assertThat(state("DestinationRule/shop/product")).isEqualTo("in force since 3");
    }

    @Test
    void whileAFolderIsBrokenNothingIsApplied() throws Exception {
        apply(SIDECAR);
        folder.replace(RULE.replace("host:", "hots:"));

        assertThat(state("Sidecar/shop/one")).isEqualTo("in force since 2");
        assertThat(state("DestinationRule/shop/product")).startsWith("refused ");
        assertThat(apply(ROUTE)).isInstanceOf(Refused.class);
        assertThat(said(apply(ROUTE))).anyMatch(line -> line.startsWith("mesh/rule.yaml:5:9: "));
    }

    @Test
    void whatSaysNothingToAMeshIsNotKept() throws Exception {
        WriteResult result =
                apply("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: product}\n");

        assertThat(said(result)).hasSize(1).first().asString().contains("info MEL0015");
        assertThat(mesh.store.contents().revision()).isZero();
    }

    @Test
    void objectsOfEveryKindAreReadAsTheyWereWritten() throws Exception {
        apply("{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {a: b}}}");

        ReadResource namespace = only("ns");
        assertThat(mesh.galley.document(namespace).orElseThrow())
                .startsWith(
                        """
                        {"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop",\
                        "labels":{"a":"b"},"creationTimestamp":\
                        """);
        assertThat(mesh.galley.document(only("dr")).orElseThrow())
                .startsWith("{\"apiVersion\":\"networking.istio.io/v1\"");
    }

    private ReadResource only(String kind) {
        return mesh.galley.states().stream()
                .map(ResourceState::resource)
                .filter(r -> KindChoice.parse(kind).means().test(r.name()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatIsSecretIsKeptAndNotShown() throws Exception {
        WriteResult result =
                apply(
                        """
                        apiVersion: v1
                        kind: Secret
                        metadata: {name: roots, namespace: shop}
                        type: Opaque
                        stringData: {other: hidden}
                        """);

        assertThat(said(result).getFirst()).isEqualTo("Secret/shop/roots CREATED");
        assertThat(mesh.galley.document(only("secrets")).orElseThrow())
                .contains("\"other\":\"[not shown]\"")
                .doesNotContain("hidden");
        assertThat(mesh.store.contents().toString()).doesNotContain("hidden");
    }
}
