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
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Whether a proxy takes a bootstrap. Thread-safe: without state.
final class Verdicts {
    /// Ours has to refuse by a problem that is told, not by an accident.
    private static final String BUG = "bug: ";

    private Verdicts() {}

    /// Where ours takes what Envoy refuses, or the other way round, and where a known difference is
    /// gone.
    ///
    /// @param file with `cases` by name (`at`: the field that ours has to name), and `known`
    ///   differences with their reasons
    /// @param bootstrap makes one of a case's parts
    static List<String> differences(Path file, Function<Map<String, Object>, String> bootstrap)
            throws IOException {
        Map<String, Object> tree =
                CaseReader.map(
                        new Load(LoadSettings.builder().build())
                                .loadFromString(Files.readString(file)));
        Map<String, Object> known = CaseReader.map(tree.getOrDefault("known", Map.of()));
        Path binary = EnvoyBinary.require();
        // Each case is a process of its own, so as many are asked as there are processors.
        return CaseReader.map(tree.getOrDefault("cases", Map.of())).entrySet().parallelStream()
                .map(each -> {
                    Map<String, Object> part = CaseReader.map(each.getValue());
                    String made = bootstrap.apply(part);
                    return difference(
                            each.getKey(),
                            envoy(binary, made),
                            ours(made),
                            String.valueOf(part.getOrDefault("at", "")),
                            known.containsKey(each.getKey()));
                })
                .filter(difference -> !difference.isEmpty())
                .toList();
    }

    /// @param place what ours has to name when it refuses
    private static String difference(
            String name, String envoy, String ours, String place, boolean isKnown) {
        boolean same = envoy.isEmpty() == ours.isEmpty() && !ours.startsWith(BUG);
        if (same == isKnown) {
            return isKnown
                    ? name + ": the known difference is gone"
                    : name + ": Envoy '" + envoy + "', ours '" + ours + "'";
        }
        return ours.isEmpty() || ours.contains(place)
                ? ""
                : name + ": ours '" + ours + "' does not name " + place;
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
        } catch (RuntimeException e) {
            return BUG + e;
        }
    }
}
