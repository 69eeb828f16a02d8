package io.meltemi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/// `meltemi analyze` on files as users have them.
@ResourceLock(Resources.SYSTEM_OUT)
final class AnalyzeCommandTest {
    private static final String ROUTE =
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: r, namespace: shop}
            spec: {parentRefs: [{name: front}], %s: []}
            """;

    @TempDir private Path folder = Path.of("");

    @Test
    void theStateOfRoutesIsPrinted() throws IOException {
        String out = run(0, ROUTE.formatted("rules"));

        assertThat(out).contains("kind: HTTPRoute", "reason: NoMatchingParent");
        assertThat(out).doesNotContain("MEL0016");
    }

    @Test
    void filesThatCannotTakeForceHaveNoStates() throws IOException {
        String out = run(1, ROUTE.formatted("rulse"));

        assertThat(out).contains("error MEL0006: unknown field 'rulse'");
        assertThat(out).doesNotContain("conditions:");
    }

    @Test
    void thatThereIsNothingIsSaid() throws IOException {
        assertThat(run(0, "")).isEqualTo("# no Gateways and no routes of the Gateway API\n");
    }

    private String run(int code, String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("config.yaml"), yaml);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            Home home = Home.of(Map.of("HOME", folder.toString()));
            assertThat(MeshCli.run(home, "analyze", "-o", "status", file.toString()))
                    .isEqualTo(code);
        } finally {
            System.setOut(before);
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
