package io.meltemi.systemtests;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Holds the module table of `docs/ARCHITECTURE.md`: who may use whom, and what each must never
/// see.
final class ModuleTableTest {
    /// Module to the modules of ours it may use.
    private static final Map<String, List<String>> MAY_USE =
            new TreeMap<>(
                    Map.ofEntries(
                            Map.entry("base", List.of()),
                            Map.entry("model", List.of("base")),
                            Map.entry("xds", List.of("base")),
                            Map.entry("galley", List.of("model", "base")),
                            Map.entry("kubernetes", List.of("galley", "model", "base")),
                            Map.entry("registry", List.of("model", "xds", "base")),
                            Map.entry("pilot", List.of("model", "xds", "base")),
                            Map.entry("citadel", List.of("model", "xds", "base")),
                            Map.entry("mixer", List.of("model", "xds", "base")),
                            Map.entry(
                                    "server",
                                    List.of(
                                            "galley",
                                            "registry",
                                            "pilot",
                                            "citadel",
                                            "mixer",
                                            "model",
                                            "xds",
                                            "base")),
                            Map.entry("proxy", List.of("xds", "base")),
                            Map.entry("agent", List.of("proxy", "xds", "base")),
                            Map.entry("fixtures", List.of()),
                            Map.entry(
                                    "testkit",
                                    List.of(
                                            "server",
                                            "agent",
                                            "proxy",
                                            "fixtures",
                                            "xds",
                                            "model",
                                            "base"))));

    /// Packages outside that a module must never see.
    private static final Map<String, List<String>> NEVER =
            Map.of(
                    "base", List.of("com.google..", "io.grpc..", "io.netty..", "org.slf4j.."),
                    "model",
                            List.of(
                                    "com.google..",
                                    "io.grpc..",
                                    "io.netty..",
                                    "org.snakeyaml..",
                                    "org.slf4j.."),
                    "galley",
                            List.of(
                                    "io.grpc..",
                                    "io.netty..",
                                    "com.google.protobuf..",
                                    "io.fabric8.."),
                    "server", List.of("io.fabric8.."),
                    "kubernetes", List.of("io.grpc..", "io.netty..", "com.google.protobuf.."));

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.meltemi");

    @TestFactory
    List<DynamicTest> everyModuleUsesOnlyWhatTheTableAllows() {
        return MAY_USE.entrySet().stream()
                .map(row -> DynamicTest.dynamicTest(row.getKey(), () -> checkRow(row)))
                .toList();
    }

    private static void checkRow(Map.Entry<String, List<String>> row) {
        String[] forbidden =
                MAY_USE.keySet().stream()
                        .filter(m -> !m.equals(row.getKey()) && !row.getValue().contains(m))
                        .map(m -> "io.meltemi." + m + "..")
                        .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage("io.meltemi." + row.getKey() + "..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(forbidden))
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @TestFactory
    List<DynamicTest> wallsKeepHeavyLibrariesOut() {
        return new TreeMap<>(NEVER)
                .entrySet().stream()
                        .map(row -> DynamicTest.dynamicTest(row.getKey(), () -> checkWall(row)))
                        .toList();
    }

    private static void checkWall(Map.Entry<String, List<String>> row) {
        noClasses()
                .that()
                .resideInAPackage("io.meltemi." + row.getKey() + "..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(row.getValue().toArray(String[]::new)))
                .allowEmptyShould(true)
                .check(CLASSES);
    }
}
