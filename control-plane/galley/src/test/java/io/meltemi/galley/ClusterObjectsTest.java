package io.meltemi.galley;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.galley.analyze.KnownServices;
import io.meltemi.galley.source.ClusterObject;
import io.meltemi.galley.source.DocumentSet;
import io.meltemi.galley.source.DocumentSet.Text;
import io.meltemi.galley.source.FolderReader;
import io.meltemi.model.config.VirtualService;
import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.snapshot.ConfigSnapshot;
import io.meltemi.model.snapshot.MeshSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Objects of an API server beside texts of files.
class ClusterObjectsTest {
    private static final String GOOD =
            """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: good, namespace: shop}
            spec:
              hosts: [good.example.com]
              http: [{route: [{destination: {host: good.shop.svc.cluster.local}}], timeout: 1.5s}]
            """;
    private static final String BROKEN =
            """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: broken, namespace: shop}
            spec:
              hosts: [broken.example.com]
              http: [{route: [{destination: {host: x.shop.svc.cluster.local, port: {number: 70000}}}]}]
            """;

    @Test
    void objectsAreDecodedAsTheTextsThatMakeThem() {
        DocumentSet files =
                FolderReader.read(List.of(Documents.above("samples/shop/mesh").orElseThrow()));
        List<ClusterObject> objects = new ArrayList<>();
        files.texts().forEach(text -> objects.addAll(objects(text.content())));

        Checked ofTexts = check(files);
        Checked ofObjects = check(new DocumentSet(List.of(), objects, List.of()));

        assertThat(ofObjects.resources()).isNotEmpty().isEqualTo(ofTexts.resources());
        assertThat(ofObjects.services()).isEqualTo(ofTexts.services());
        assertThat(ofObjects.diagnostics().stream().map(Diagnostic::message))
                .containsExactlyInAnyOrderElementsOf(
                        ofTexts.diagnostics().stream().map(Diagnostic::message).toList());
    }

    @Test
    void objectWithAnErrorIsLeftOutAloneAndNamed() {
        Checked checked = check(new DocumentSet(List.of(), objects(BROKEN, GOOD), List.of()));

        assertThat(checked.resources().keySet())
                .extracting(Object::toString)
                .containsExactly("VirtualService/shop/good");
        assertThat(checked.refusing()).isEmpty();
        assertThat(checked.diagnostics())
                .singleElement()
                .asString()
                .startsWith(
                        "VirtualService/shop/broken:spec.http[0].route[0].destination.port.number: error IST0106: ");
    }

    @Test
    void fieldThatIsNotServedLeavesOutTheObject() {
        String unknown = GOOD.replace("timeout: 1.5s", "timeOut: 1.5s");

        Checked checked = check(new DocumentSet(List.of(), objects(unknown), List.of()));

        assertThat(checked.resources()).isEmpty();
        assertThat(checked.diagnostics())
                .singleElement()
                .asString()
                .startsWith("VirtualService/shop/good:spec.http[0].timeOut: error MEL0006: ")
                .contains("did you mean 'timeout'?");
    }

    @Test
    void errorInAFileStillKeepsEverythingFromTakingForce() {
        Checked checked =
                check(
                        new DocumentSet(
                                List.of(new Text("a.yaml", BROKEN)), objects(GOOD), List.of()));

        assertThat(checked.refusing()).hasSize(1);
    }

    @Test
    void fileGoesBeforeAnObjectOfTheSameName() {
        Checked checked =
                check(
                        new DocumentSet(
                                List.of(new Text("a.yaml", GOOD.replace("1.5s", "3s"))),
                                objects(GOOD),
                                List.of()));

        assertThat(checked.refusing()).isEmpty();
        assertThat(checked.resources().values()).singleElement().asString().contains("PT3S");
        assertThat(checked.diagnostics())
                .singleElement()
                .asString()
                .startsWith("VirtualService/shop/good:metadata.name: error MEL0010: ")
                .contains("a.yaml:3:");
    }

    @Test
    void referenceToWhatWasLeftOutIsReportedAndRefusesNothing() {
        String gateway =
                """
                apiVersion: networking.istio.io/v1
                kind: Gateway
                metadata: {name: front, namespace: shop}
                spec:
                  selector: {app: front}
                  servers: [{port: {number: 0, name: http, protocol: HTTP}, hosts: ["*"]}]
                """;
        String route = GOOD.replace("  http:", "  gateways: [front]\n  http:");

        Checked checked = check(new DocumentSet(List.of(), objects(gateway, route), List.of()));

        assertThat(checked.refusing()).isEmpty();
        assertThat(checked.resources()).hasSize(1);
        assertThat(checked.diagnostics())
                .extracting(Diagnostic::code)
                .containsExactly("IST0106", "IST0101");
    }

    @Test
    void olderResourcesGoFirstAndWhatStandsInFilesBeforeThem() {
        Checked checked =
                check(
                        new DocumentSet(
                                List.of(new Text("z.yaml", named("z", "null"))),
                                objects(
                                        named("a", "'2026-03-01T00:00:00Z'"),
                                        named("b", "'2026-01-01T00:00:00Z'"),
                                        named("d", "'2026-02-01T00:00:00Z'"),
                                        named("c", "'2026-02-01T00:00:00Z'")),
                                List.of()));

        ConfigSnapshot snapshot = new ConfigSnapshot(1, checked.resources());

        assertThat(snapshot.all(VirtualService.class))
                .extracting(v -> v.metadata().name())
                .containsExactly("z", "b", "c", "d", "a");
    }

    @Test
    void ageThatIsNoTimeIsRefused() {
        assertThat(Documents.lines(named("a", "yesterday")))
                .singleElement()
                .asString()
                .contains("metadata.creationTimestamp: expected a time such as");
    }

    private static String named(String name, String created) {
        return GOOD.replace(
                        "name: good,", "name: %s, creationTimestamp: %s,".formatted(name, created))
                .replace("good.example.com", name + ".example.com");
    }

    private static Checked check(DocumentSet documents) {
        return Checked.of(List.of(documents), MeshSettings.DEFAULT, KnownServices.UNKNOWN);
    }

    private static List<ClusterObject> objects(String... texts) {
        List<ClusterObject> objects = new ArrayList<>();
        for (String text : texts) {
            for (Object document :
                    new Load(LoadSettings.builder().build()).loadAllFromString(text)) {
                if (document instanceof Map<?, ?> fields) {
                    objects.add(object(fields));
                }
            }
        }
        return objects;
    }

    private static ClusterObject object(Map<?, ?> fields) {
        Map<String, Object> copy = new LinkedHashMap<>();
        fields.forEach((key, value) -> copy.put(String.valueOf(key), value));
        if (!(fields.get("metadata") instanceof Map<?, ?> metadata)) {
            throw new IllegalArgumentException("without metadata: " + fields);
        }
        Object namespace = metadata.get("namespace");
        return new ClusterObject(
                String.valueOf(fields.get("apiVersion")),
                String.valueOf(fields.get("kind")),
                namespace == null ? "" : namespace.toString(),
                String.valueOf(metadata.get("name")),
                "1",
                copy);
    }
}
