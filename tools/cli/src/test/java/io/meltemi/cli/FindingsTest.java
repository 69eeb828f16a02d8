package io.meltemi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// What `validate` and `analyze` are told and what they print. Confined to one test thread.
final class FindingsTest {
    private static final String WARNED =
            """
            {"apiVersion": "networking.istio.io/v1", "kind": "DestinationRule",
             "metadata": {"name": "a", "namespace": "shop"}, "spec": {"host": "nobody.example.com"}}
            """;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @Test
    void warningsFailOnlyWhereTheThresholdSaysSo() {
        assertThat(check()).isZero();
        assertThat(check("--failure-threshold", "warning")).isEqualTo(1);
        assertThat(check("--failure-threshold", "warning", "-S", "IST0174=* *.shop")).isZero();
    }

    @Test
    void formatsTellTheSame() {
        check("-o", "text");
        assertThat(text()).startsWith("stdin:2:");

        check("-o", "json");
        assertThat(text()).contains("\"file\" : \"stdin\"", "IST0174");

        check("-o", "sarif");
        assertThat(text()).contains("\"version\" : \"2.1.0\"", "\"uri\" : \"stdin\"", "IST0174");
    }

    private int check(String... options) {
        Findings findings = new Findings();
        new CommandLine(findings).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(options);
        return findings.check(
                List.of(Path.of("-")),
                new ByteArrayInputStream(WARNED.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    private String text() {
        String text = printed.toString(StandardCharsets.UTF_8);
        printed.reset();
        return text;
    }
}
