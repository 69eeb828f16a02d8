package io.meltemi.systemtests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/// Keeps protobuf's reflection out of what every sidecar runs: each message type it touches costs
/// its builders and eight methods a field, for ever (docs/adr/0007).
final class ReflectionTest {
    /// What is made only for people who ask may use it.
    private static final String[] FOR_PEOPLE = {"io.meltemi.proxy.admin.."};

    @Test
    void sidecarsDoNotReflectOnMessages() {
        ArchRule rule =
                noClasses()
                        .that()
                        .resideInAnyPackage("io.meltemi.proxy..", "io.meltemi.agent..")
                        .and()
                        .resideOutsideOfPackages(FOR_PEOPLE)
                        .should()
                        .callMethod(Any.class, "unpack", Class.class)
                        .orShould()
                        .callMethod(Any.class, "is", Class.class)
                        .orShould()
                        .callMethod(Any.class, "pack", Message.class)
                        .orShould()
                        .callMethod(MessageOrBuilder.class, "getAllFields")
                        .orShould()
                        .callMethod(Message.class, "getAllFields")
                        .orShould()
                        .callMethod(Message.class, "getDescriptorForType")
                        .because("io.meltemi.xds.message has the same without reflection");
        rule.check(
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.meltemi.proxy", "io.meltemi.agent"));
    }
}
