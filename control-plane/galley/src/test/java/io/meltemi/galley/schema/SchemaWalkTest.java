package io.meltemi.galley.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.meltemi.galley.Documents;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.schema.SchemaFields.Field;
import io.meltemi.model.diagnostic.Diagnostic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.json.JsonMapper;

/// Every field of every kind in Istio's schemas is read, or stands with a reason in
/// `resources/schema/not-served.yaml`; what stands there is really not read.
final class SchemaWalkTest {
    private static final String FOLDER = "shared/data/istio-crds";
    private static final Path NOT_SERVED = Path.of("src/test/resources/schema/not-served.yaml");
    private static final Set<String> REFUSED =
            Set.of(
                    Code.UNKNOWN_FIELD.text(),
                    Code.NOT_SUPPORTED.text(),
                    Code.UNKNOWN_KIND.text(),
                    Code.KIND_NOT_SUPPORTED.text());

    /// What a kind cannot be without, so that nothing else is refused.
    private static final Map<String, Object> NEEDED =
            Map.of(
                    "WorkloadGroup",
                    Map.of("template", Map.of()),
                    "Sidecar",
                    Map.of(
                            "ingress",
                            List.of(Map.of("port", Map.of("number", 80, "protocol", "HTTP"))),
                            "egress",
                            List.of(
                                    Map.of(
                                            "hosts",
                                            List.of("*/*"),
                                            "port",
                                            Map.of("number", 80, "protocol", "HTTP")))),
                    "RequestAuthentication",
                    Map.of("jwtRules", List.of(Map.of("issuer", "a", "jwks", "{\"keys\":[]}"))),
                    "ServiceEntry",
                    Map.of(
                            "hosts",
                            List.of("a.example"),
                            "resolution",
                            "STATIC",
                            "ports",
                            List.of(Map.of("number", 80, "name", "http", "protocol", "HTTP"))),
                    "Gateway",
                    Map.of(
                            "servers",
                            List.of(
                                    Map.of(
                                            "port",
                                            Map.of(
                                                    "number",
                                                    80,
                                                    "name",
                                                    "http",
                                                    "protocol",
                                                    "HTTP"),
                                            "hosts",
                                            List.of("a.example")))));

    @TestFactory
    Stream<DynamicTest> everyFieldIsReadOrListed() throws IOException {
        assumeTrue(Documents.above(FOLDER).isPresent(), "istio-crds is not on this machine");
        Path file = Documents.above(FOLDER).orElseThrow().resolve("crd-all.gen.yaml");
        Map<String, Map<?, ?>> listed = listed();
        List<DynamicTest> tests = new ArrayList<>();
        for (Object document :
                new Load(LoadSettings.builder().build())
                        .loadAllFromString(Files.readString(file))) {
            if (document instanceof Map<?, ?> crd) {
                String kind = text(crd, "spec", "names", "kind");
                Map<?, ?> notServed = listed.getOrDefault(kind, Map.of());
                tests.add(DynamicTest.dynamicTest(kind, () -> check(kind, crd, notServed)));
            }
        }
        return tests.stream();
    }

    private static void check(String kind, Map<?, ?> crd, Map<?, ?> listed) {
        List<?> versions = (List<?>) Objects.requireNonNull(map(crd, "spec").get("versions"));
        Map<?, ?> version = (Map<?, ?>) versions.getFirst();
        String apiVersion = text(crd, "spec", "group") + "/" + version.get("name");
        Map<?, ?> spec =
                map(map(map(map(version, "schema"), "openAPIV3Schema"), "properties"), "spec");
        Map<String, Field> fields = SchemaFields.of(spec);
        List<String> refused =
                fields.entrySet().stream()
                        .filter(field -> isRefused(apiVersion, kind, field.getValue()))
                        .map(Map.Entry::getKey)
                        .toList();

        System.out.printf(
                "%s: %d of %d fields and values are read%n",
                kind, fields.size() - refused.size(), fields.size());
        assertThat(refused.stream().filter(path -> !isListed(path, listed)))
                .as("neither read nor listed in %s", NOT_SERVED)
                .isEmpty();
        assertThat(
                        listed.keySet().stream()
                                .filter(path ->
                                        refused.stream()
                                                .noneMatch(f -> covers(path.toString(), f))))
                .as("listed in %s, but read", NOT_SERVED)
                .isEmpty();
    }

    private static boolean isListed(String path, Map<?, ?> listed) {
        return listed.keySet().stream().anyMatch(prefix -> covers(prefix.toString(), path));
    }

    /// Whether a path is the listed one or lies below it; `*` stands for the whole kind.
    private static boolean covers(String prefix, String path) {
        return prefix.equals("*")
                || path.equals(prefix)
                || path.startsWith(prefix + ".")
                || path.startsWith(prefix + "[")
                || path.startsWith(prefix + "{")
                || path.startsWith(prefix + "=");
    }

    private static boolean isRefused(String apiVersion, String kind, Field field) {
        Object spec = merged(NEEDED.getOrDefault(kind, Map.of()), field.document());
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("apiVersion", apiVersion);
        document.put("kind", kind);
        document.put("metadata", Map.of("name", "test"));
        document.put("spec", spec);
        return Documents.check(JsonMapper.shared().writeValueAsString(document))
                .diagnostics()
                .stream()
                .map(Diagnostic::code)
                .anyMatch(REFUSED::contains);
    }

    /// The second laid over the first; lists meet in their first entry.
    private static Object merged(Object base, Object over) {
        if (base instanceof Map<?, ?> below && over instanceof Map<?, ?> above) {
            Map<String, Object> both = new TreeMap<>();
            below.forEach((key, value) -> both.put(key.toString(), value));
            above.forEach(
                    (key, value) -> both.merge(key.toString(), value, SchemaWalkTest::merged));
            return both;
        }
        if (base instanceof List<?> below && over instanceof List<?> above) {
            return List.of(merged(below.getFirst(), above.getFirst()));
        }
        return over;
    }

    /// By kind: path or its beginning, and the reason.
    private static Map<String, Map<?, ?>> listed() throws IOException {
        Map<String, Map<?, ?>> listed = new TreeMap<>();
        Object tree =
                new Load(LoadSettings.builder().build())
                        .loadFromString(Files.readString(NOT_SERVED));
        ((Map<?, ?>) Objects.requireNonNull(tree))
                .forEach((kind, paths) -> listed.put(kind.toString(), (Map<?, ?>) paths));
        return listed;
    }

    private static Map<?, ?> map(Map<?, ?> parent, String key) {
        return (Map<?, ?>) Objects.requireNonNull(parent.get(key), key);
    }

    private static String text(Map<?, ?> parent, String... keys) {
        Object node = parent;
        for (String key : keys) {
            node = Objects.requireNonNull(((Map<?, ?>) node).get(key), key);
        }
        return node.toString();
    }
}
