package io.meltemi.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.meltemi.agent.intercept.PodProbe;
import io.meltemi.agent.intercept.PodSupport;
import io.meltemi.cli.demo.Interception;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Two terminals, one mesh.
@Timeout(240)
final class RunTest {
    @TempDir Path home;

    @ParameterizedTest
    @EnumSource
    void theFirstStartsTheMeshTheSecondJoinsItTheLastEndsIt(Interception interception)
            throws Exception {
        Terminal terminal = Terminal.in(home);
        if (interception == Interception.PODS
                && PodProbe.run() instanceof PodSupport.Impossible why) {
            assumeTrue(false, "skipped: needs pods: " + why);
        }
        Process product = terminal.start(productIn(terminal, interception));
        Path socket = home.resolve("run/control.sock");
        while (!Files.exists(socket)) {
            assertThat(product.isAlive()).isTrue();
            Thread.sleep(50);
        }

        Process me = terminal.start(caller("http://product:9080/echo"));
        String seen = Terminal.output(me);
        Process wrong = terminal.start(caller("not a url"));
        String trace = Terminal.output(wrong);
        product.destroy();
        boolean ended = product.waitFor(20, TimeUnit.SECONDS);

        assertThat(seen).contains("URI=spiffe://cluster.local/ns/default/sa/me");
        assertThat(seen).contains("workload api: open");
        assertThat(me.waitFor()).isZero();
        assertThat(trace).contains("IllegalArgumentException");
        assertThat(wrong.waitFor()).isEqualTo(1);
        assertThat(ended).isTrue();
        assertThat(product.exitValue()).isEqualTo(128 + 15);
        assertThat(terminal.leftovers()).isEmpty();
        assertThat(socket).doesNotExist();
    }

    private static List<String> productIn(Terminal terminal, Interception interception) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "run",
                                "--interception",
                                interception.name().toLowerCase(Locale.ROOT),
                                "--service",
                                "product",
                                "--version",
                                "v1",
                                "--port",
                                "9080",
                                "--health",
                                "http:/health",
                                "--"));
        arguments.addAll(terminal.install().shop("Product"));
        return arguments;
    }

    private static List<String> caller(String url) {
        return List.of(
                "run",
                "--service",
                "me",
                "--",
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Path.of("target/test-classes").toAbsolutePath().toString(),
                Caller.class.getName(),
                url);
    }
}
