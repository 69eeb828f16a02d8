package io.meltemi.testkit.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What our proxy did otherwise than Envoy. Immutable.
///
/// @param differences lines only Envoy has (`-`) and lines only ours has (`+`), but for the known
/// @param outdated known differences that did not show: their entries should go
public record Comparison(List<String> differences, List<String> outdated) {
    /// Compares by line; the order of responses is in the lines themselves.
    public static Comparison of(DifferentialCase situation, Outcome envoy, Outcome ours) {
        return of(situation.known().keySet(), envoy.lines(), ours.lines());
    }

    /// @param known how lines begin that may differ
    public static Comparison of(Set<String> known, List<String> envoy, List<String> ours) {
        List<String> differences = new ArrayList<>();
        List<String> used = new ArrayList<>();
        note("-", envoy, ours, known, differences, used);
        note("+", ours, envoy, known, differences, used);
        List<String> outdated = known.stream().filter(k -> !used.contains(k)).sorted().toList();
        return new Comparison(differences, outdated);
    }

    private static void note(
            String sign,
            List<String> lines,
            List<String> others,
            Set<String> known,
            List<String> differences,
            List<String> used) {
        List<String> rest = new ArrayList<>(others);
        for (String line : lines) {
            if (rest.remove(line)) {
                continue;
            }
            List<String> reasons = known.stream().filter(line::startsWith).toList();
            used.addAll(reasons);
            if (reasons.isEmpty()) {
                differences.add(sign + " " + line);
            }
        }
    }
}
