package io.meltemi.testkit.authorization;

import java.util.ArrayList;
import java.util.List;

/// What two proxies decided on the same calls. Immutable.
record DecisionReport(List<Variant> variants, List<List<String>> envoy, List<List<String>> ours) {
    DecisionReport {
        variants = List.copyOf(variants);
        envoy = List.copyOf(envoy);
        ours = List.copyOf(ours);
    }

    String summary() {
        return "%d variants, %d decisions, of which %d let in"
                .formatted(
                        variants.size(),
                        envoy.stream().mapToInt(List::size).sum(),
                        envoy.stream().flatMap(List::stream).filter(DecisionReport::letIn).count());
    }

    private static boolean letIn(String outcome) {
        return outcome.startsWith("200");
    }

    /// The first calls that were decided otherwise.
    List<String> differences(int most) {
        List<String> found = new ArrayList<>();
        for (int v = 0; v < variants.size(); v++) {
            for (int c = 0; c < envoy.get(v).size(); c++) {
                String expected = envoy.get(v).get(c);
                String actual = ours.get(v).get(c);
                if (!expected.equals(actual) && found.size() < most) {
                    found.add(
                            "%s: Envoy '%s', ours '%s' on %s"
                                    .formatted(
                                            variants.get(v).name(),
                                            expected,
                                            actual,
                                            variants.get(v).calls().get(c).attributes()));
                }
            }
        }
        return found;
    }

    /// Values that let everybody in or nobody, although calls were made that differ in what they
    /// ask for: what was decided there shows little.
    List<String> withoutBoth() {
        List<String> found = new ArrayList<>();
        for (int v = 0; v < variants.size(); v++) {
            boolean isAlone = variants.get(v).name().endsWith("'");
            long in = envoy.get(v).stream().filter(DecisionReport::letIn).count();
            if (isAlone && (in == 0 || in == envoy.get(v).size())) {
                found.add(variants.get(v).name() + " let in " + in + " of " + envoy.get(v).size());
            }
        }
        return found;
    }
}
