package io.meltemi.cli.demo;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// A scrape in Prometheus' text format, to add up and to compare. Immutable.
public final class MetricsText {
    private final List<Sample> samples = new ArrayList<>();

    /// One line of the scrape. Immutable.
    public record Sample(String name, Map<String, String> labels, double value) {
        public Sample {
            labels = Map.copyOf(labels);
        }

        /// A label's value; empty when it is not there.
        public String label(String name) {
            return labels.getOrDefault(name, "");
        }
    }

    public MetricsText(String text) {
        text.lines().filter(l -> !l.isEmpty() && l.charAt(0) != '#').forEach(this::read);
    }

    private void read(String line) {
        int brace = line.indexOf('{');
        int end = line.lastIndexOf('}');
        int space = line.lastIndexOf(' ');
        double value = number(line.substring(space + 1));
        if (brace < 0) {
            samples.add(new Sample(line.substring(0, space), Map.of(), value));
            return;
        }
        samples.add(
                new Sample(
                        line.substring(0, brace), labels(line.substring(brace + 1, end)), value));
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    /// `a="b",c="d"`, with backslash escapes in the values.
    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new HashMap<>();
        int at = 0;
        while (at < text.length()) {
            int equals = text.indexOf("=\"", at);
            if (equals < 0) {
                return labels;
            }
            String name = text.substring(at, equals);
            StringBuilder value = new StringBuilder();
            int i = equals + 2;
            while (i < text.length() && text.charAt(i) != '"') {
                if (text.charAt(i) == '\\' && i + 1 < text.length()) {
                    i++;
                }
                value.append(text.charAt(i++));
            }
            labels.put(name, value.toString());
            at = i + 2;
        }
        return labels;
    }

    /// The samples of one name that fit.
    public List<Sample> all(String name, Predicate<Sample> fits) {
        return samples.stream().filter(s -> s.name().equals(name)).filter(fits).toList();
    }

    /// Their sum; zero when there is none.
    public double sum(String name, Predicate<Sample> fits) {
        return all(name, fits).stream().mapToDouble(Sample::value).sum();
    }
}
