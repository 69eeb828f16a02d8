package io.meltemi.testkit.differential;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.meltemi.proxy.Proxy;
import io.meltemi.proxy.config.BootstrapReader;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import io.meltemi.testkit.envoy.EnvoyBinary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Whether a proxy takes a bootstrap. Thread-safe: without state.
final class Verdicts {
    private Verdicts() {}

    /// Where ours takes what Envoy refuses, or the other way round, and where a known difference is
    /// gone.
    ///
    /// @param file with `cases` by name, and `known` differences with their reasons
    /// @param bootstrap makes one of a case's parts
    static List<String> differences(Path file, Function<Map<String, Object>, String> bootstrap)
            throws IOException {
        Map<String, Object> tree =
                CaseReader.map(
                        new Load(LoadSettings.builder().build())
                                .loadFromString(Files.readString(file)));
        Map<String, Object> known = CaseReader.map(tree.getOrDefault("known", Map.of()));
        Path binary = EnvoyBinary.require();
        List<String> differences = new ArrayList<>();
        CaseReader.map(tree.getOrDefault("cases", Map.of()))
                .forEach((name, part) -> {
                    String made = bootstrap.apply(CaseReader.map(part));
                    String envoy = envoy(binary, made);
                    String ours = ours(made);
                    if (envoy.isEmpty() != ours.isEmpty() && !known.containsKey(name)) {
                        differences.add(name + ": Envoy '" + envoy + "', ours '" + ours + "'");
                    } else if (envoy.isEmpty() == ours.isEmpty() && known.containsKey(name)) {
                        differences.add(name + ": the known difference is gone");
                    }
                });
        return differences;
    }

    /// Empty, or why Envoy refuses it.
    private static String envoy(Path binary, String bootstrap) {
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
    private static String ours(String bootstrap) {
        try {
            Bootstrap read = new BootstrapReader().tree(bootstrap, "bootstrap.yaml");
            Proxy.validate(read);
            return "";
        } catch (ConfigRefusedException e) {
            return e.problems().toString();
        }
    }
}
