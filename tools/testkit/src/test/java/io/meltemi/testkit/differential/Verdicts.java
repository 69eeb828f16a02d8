package io.meltemi.testkit.differential;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.meltemi.proxy.Proxy;
import io.meltemi.proxy.config.BootstrapReader;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Whether a proxy takes a bootstrap. Thread-safe: without state.
final class Verdicts {
    private Verdicts() {}

    /// Empty, or why Envoy refuses it.
    static String envoy(Path binary, String bootstrap) {
        try {
            Path file = Files.createTempFile("verdict", ".yaml");
            try {
                Files.writeString(file, bootstrap);
                Process process =
                        new ProcessBuilder(
                                        binary.toString(),
                                        "--mode",
                                        "validate",
                                        "--log-level",
                                        "critical",
                                        "-c",
                                        file.toString())
                                .redirectErrorStream(true)
                                .start();
                String said = new String(process.getInputStream().readAllBytes(), UTF_8);
                return process.waitFor() == 0 ? "" : "refused: " + said.strip();
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Empty, or why ours refuses it.
    static String ours(String bootstrap) {
        try {
            Bootstrap read = new BootstrapReader().tree(bootstrap, "bootstrap.yaml");
            Proxy.validate(read);
            return "";
        } catch (ConfigRefusedException e) {
            return e.problems().toString();
        }
    }
}
