package io.meltemi.testkit.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// What our admin endpoint answered otherwise than Envoy's, line by line; the order of clusters and
/// statistics of a kind is nobody's promise. Thread-safe: without state.
final class AdminDifferences {
    /// Meant to be: a line that only one of the two has, and why.
    private static final Map<Pattern, String> KNOWN =
            Map.of(
                    Pattern.compile("(\\.configs\\[]\\.bootstrap)?\\.node\\..*"),
                    "our build and our extensions are not Envoy's",
                    Pattern.compile("\\.(command_line_options\\..*|hot_restart_initializing)"),
                    "fields newer than the protos we read",
                    Pattern.compile("  /.*|      .*"),
                    "the help is in our words, and names what there is here",
                    Pattern.compile("  [a-z_0-9]+: (info|debug)"),
                    "our parts that log are not all of Envoy's",
                    Pattern.compile("usage: /stats\\?format=.*"),
                    "there are no pages for people to look at");

    private AdminDifferences() {}

    /// @param envoy answers by question
    static List<String> between(Map<String, String> envoy, Map<String, String> ours) {
        List<String> differences = new ArrayList<>();
        envoy.forEach((question, answer) -> {
            List<String> rest = new ArrayList<>(ours.getOrDefault(question, "").lines().toList());
            for (String line : answer.lines().toList()) {
                if (!rest.remove(line) && !isKnown(line)) {
                    differences.add(question + " - " + line);
                }
            }
            for (String line : rest) {
                if (!isKnown(line)) {
                    differences.add(question + " + " + line);
                }
            }
        });
        return differences;
    }

    private static boolean isKnown(String line) {
        return KNOWN.keySet().stream().anyMatch(known -> known.matcher(line).matches());
    }
}
