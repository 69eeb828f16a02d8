package io.meltemi.pilot;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// A real Envoy that is asked whether it takes a configuration. Immutable.
record EnvoyBinary(Path path) {
    /// Skips the test when there is none.
    static EnvoyBinary required() {
        String configured = System.getenv("MELTEMI_ENVOY");
        Path path =
                configured != null
                        ? Path.of(configured)
                        : Path.of(
                                System.getProperty("user.home"),
                                ".cache/meltemi/envoy/1.40.0/envoy");
        assumeTrue(
                Files.isExecutable(path),
                () -> "skipped: no Envoy at " + path + " (set MELTEMI_ENVOY to its path)");
        return new EnvoyBinary(path);
    }

    /// Istio writes the first two fields too, and its reader knows no others; what replaces the
    /// third is not in Envoy's API for Java yet.
    private static String deprecations(String output) {
        return output.lines()
                .filter(line -> line.contains("eprecated"))
                .filter(line -> !line.contains("envoy.config.rbac.v3.Principal.metadata"))
                .filter(line -> !line.contains("envoy.config.rbac.v3.Permission.metadata"))
                .filter(line -> !line.contains("OpenTelemetryAccessLogConfig.common_config"))
                .collect(Collectors.joining("\n"));
    }

    /// Its words about a bootstrap, empty when it is taken.
    String objections(Message bootstrap, Path folder) {
        try {
            Path file = folder.resolve("bootstrap.pb");
            Files.write(file, bootstrap.toByteArray());
            Path output = folder.resolve("envoy.log");
            Process envoy =
                    new ProcessBuilder(
                                    path.toString(),
                                    "--mode",
                                    "validate",
                                    "--disable-hot-restart",
                                    "--log-level",
                                    "warning",
                                    "-c",
                                    file.toString())
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
            if (!envoy.waitFor(60, TimeUnit.SECONDS)) {
                envoy.destroyForcibly();
                return "no answer after 60 s";
            }
            String text = Files.readString(output, StandardCharsets.UTF_8);
            return envoy.exitValue() == 0 ? deprecations(text) : text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }
}
