package io.meltemi.testkit.cluster;

import io.meltemi.testkit.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Reads a log of health check events or of ejections: JSON lines, of many clusters in any order.
/// Without state.
final class HealthLog {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// How ejections tell of the endpoint.
    private static final String URL = "\"upstream_url\":\"127.0.0.1:";

    private HealthLog() {}

    /// The first events of each endpoint of the clusters that the case names, without their time.
    static Map<String, List<String>> of(ClusterCase situation, Path file, Upstreams upstreams)
            throws IOException {
        if (situation.events().isEmpty()) {
            return Map.of();
        }
        Deadline.await(
                "enough events",
                PATIENCE,
                () -> isEnough(lines(file, situation), situation),
                () -> "wanted " + situation.events() + ", got " + counts(file, situation));
        Map<String, List<String>> events = new TreeMap<>();
        lines(file, situation)
                .forEach((endpoint, lines) ->
                        events.put(
                                upstreams.named(endpoint),
                                lines.stream().map(line -> event(upstreams.named(line))).toList()));
        return events;
    }

    private static String counts(Path file, ClusterCase situation) {
        try {
            Map<String, Integer> counts = new TreeMap<>();
            lines(file, situation).forEach((name, its) -> counts.put(name, its.size()));
            return counts.toString();
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static boolean isEnough(Map<String, List<String>> lines, ClusterCase situation) {
        for (Map.Entry<String, Integer> wanted : situation.events().entrySet()) {
            List<List<String>> its =
                    lines.entrySet().stream()
                            .filter(each -> each.getKey().startsWith(wanted.getKey() + " "))
                            .map(Map.Entry::getValue)
                            .toList();
            if (its.isEmpty() || its.stream().anyMatch(all -> all.size() < wanted.getValue())) {
                return false;
            }
        }
        return true;
    }

    /// As many lines as are wanted, by cluster and port.
    private static Map<String, List<String>> lines(Path file, ClusterCase situation)
            throws IOException {
        Map<String, List<String>> lines = new TreeMap<>();
        String text = Files.readString(file);
        for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
            String cluster = after("\"cluster_name\":\"", line);
            String port = line.contains(URL) ? after(URL, line) : after("\"port_value\":", line);
            List<String> its = lines.computeIfAbsent(cluster + ' ' + port, _ -> new ArrayList<>());
            if (its.size() < situation.events().getOrDefault(cluster, 0)) {
                its.add(line);
            }
        }
        return lines;
    }

    /// The word that follows.
    private static String after(String lead, String line) {
        int from = line.indexOf(lead) + lead.length();
        int to = from;
        while (Character.isLetterOrDigit(line.charAt(to)) || line.charAt(to) == '-') {
            to++;
        }
        return line.substring(from, to);
    }

    private static String event(String line) {
        Map<?, ?> read = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(line);
        TreeMap<String, Object> event = new TreeMap<>();
        read.forEach((key, value) -> event.put(String.valueOf(key), value));
        event.remove("timestamp");
        event.computeIfPresent("secs_since_last_action", (_, _) -> "some");
        // A field that is always empty here, and that Envoy got after the API we are built with.
        return event.toString().replace(", network_namespace_filepath=", "");
    }
}
