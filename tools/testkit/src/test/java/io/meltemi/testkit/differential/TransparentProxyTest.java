package io.meltemi.testkit.differential;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.meltemi.fixtures.parity.Parity;
import io.meltemi.proxy.ProxyCommand;
import io.meltemi.testkit.envoy.EnvoyBinary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Connections that the kernel hands over unchanged (TPROXY): the socket's own address is the one
/// the client meant, and chains are chosen by it.
final class TransparentProxyTest {
    private static final Path FOLDER = Path.of("src/test/resources/tproxy");

    @TempDir private Path folder;

    @Test
    @Parity({"listener.transparent", "listener_filters.original_dst.tproxy"})
    void bothSeeWhereTheClientWentTo() throws Exception {
        assumeTrue(canCatch(), "skipped: needs nft, ip and namespaces of an own user");
        List<String> envoy =
                answers(
                        "envoy",
                        EnvoyBinary.require().toString(),
                        "--disable-hot-restart",
                        "--concurrency",
                        "1",
                        "--log-level",
                        "error",
                        "-c");

        List<String> ours =
                answers(
                        "ours",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        TransparentProxyTest.class.getName());

        assertThat(envoy).contains("eighty-eighty", "another port", "10.1.2.3:8080");
        assertThat(ours).isEqualTo(envoy);
    }

    /// Our proxy as a program of its own.
    ///
    /// @param arguments the bootstrap file
    public static void main(String... arguments) {
        System.exit(ProxyCommand.run(Path.of(arguments[0]), "serve", 1, "auto"));
    }

    private static boolean canCatch() throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder("unshare", "-Urn", "sh", "-c", "nft list ruleset && ip rule")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        return process.waitFor() == 0;
    }

    /// What clients got, and then what was logged.
    private List<String> answers(String name, String... command)
            throws IOException, InterruptedException {
        Path log = folder.resolve(name + ".log");
        Path bootstrap = folder.resolve(name + ".yaml");
        Files.writeString(
                bootstrap,
                Files.readString(FOLDER.resolve("bootstrap.yaml"))
                        .replace("LOG_PATH", log.toString()));
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "unshare",
                                "-Urn",
                                "bash",
                                FOLDER.resolve("connect.sh").toString()));
        all.addAll(List.of(command));
        all.add(bootstrap.toString());
        all.addAll(0, List.of("timeout", "60"));
        ProcessBuilder builder = new ProcessBuilder(all);
        builder.environment().put("LOG", log.toString());
        Process process = builder.redirectError(folder.resolve(name + ".err").toFile()).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        List<String> lines = new ArrayList<>(said.lines().toList());
        lines.addAll(Files.readAllLines(log).stream().sorted().toList());
        return lines;
    }
}
