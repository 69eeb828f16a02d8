package io.meltemi.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.meltemi.agent.intercept.PodProbe;
import io.meltemi.agent.intercept.PodSupport;
import io.meltemi.cli.demo.Install;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Starts the demo as people do and asks it a question. All promises: `./meltemi demo --check`.
@Timeout(240)
final class DemoTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @TempDir Path home;

    @Test
    void theShopAnswersThroughItsSidecars() throws Exception {
        assumeTrue(
                Files.isDirectory(ROOT.resolve("tools/cli/target/dist")),
                "skipped: the distribution is only built by 'package' and later");
        if (PodProbe.run() instanceof PodSupport.Impossible why) {
            assumeTrue(false, "skipped: needs pods: " + why);
        }

        Process demo = demo("--check", "--only", "front door");
        String output = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        boolean ended = demo.waitFor(10, TimeUnit.SECONDS);

        assertThat(output)
                .contains("ok      front door answers: 200")
                .contains("1 passed, 0 failed");
        assertThat(ended).isTrue();
        assertThat(demo.exitValue()).isZero();
        assertThat(leftovers()).isEmpty();
    }

    private Process demo(String... options) throws IOException {
        Install install = new Install(ROOT, Path.of(System.getProperty("java.home"), "bin/java"));
        List<String> arguments = new ArrayList<>(List.of("demo"));
        arguments.addAll(List.of(options));
        ProcessBuilder builder =
                new ProcessBuilder(
                        install.ours(
                                List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"),
                                "io.meltemi.cli.MeshCli",
                                arguments));
        builder.environment().put("MELTEMI_INSTALL", ROOT.toString());
        builder.environment().put("MELTEMI_HOME", home.toString());
        return builder.redirectErrorStream(true).start();
    }

    /// Processes that know of this test's home.
    private List<String> leftovers() {
        return ProcessHandle.allProcesses()
                .filter(p -> p.pid() != ProcessHandle.current().pid())
                .flatMap(p -> p.info().commandLine().stream())
                .filter(line -> line.contains(home.toString()))
                .toList();
    }
}
