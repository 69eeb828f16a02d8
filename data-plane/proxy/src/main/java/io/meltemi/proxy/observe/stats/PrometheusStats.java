package io.meltemi.proxy.observe.stats;

import io.meltemi.proxy.observe.stats.Series.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Writes statistics in Prometheus' text format, under the names Envoy gives them. Immutable.
final class PrometheusStats {
    /// Istio's word.
    private static final String CUSTOM = "istiocustom.";

    private PrometheusStats() {}

    /// @throws IllegalArgumentException when the histograms' form is none of Prometheus'; the
    ///   message is Envoy's
    static String write(StatsStore store, StatsQuery query) {
        boolean summary =
                switch (query.buckets()) {
                    case UNSET, CUMULATIVE -> false;
                    case SUMMARY -> true;
                    case DISJOINT, DETAILED ->
                            throw new IllegalArgumentException(
                                    "unsupported prometheus histogram bucket mode");
                };
        Families counters = new Families();
        Families gauges = new Families();
        Families histograms = new Families();
        for (Series series : store.all()) {
            if (!query.selectsOfAnyKind(series)) {
                continue;
            }
            switch (series) {
                case Counter counter -> counters.add(counter);
                case Gauge gauge -> gauges.add(gauge);
                case Histogram histogram -> histograms.add(histogram);
                // Envoy: there is no form for texts but on demand.
                case TextReadout _ -> {}
            }
        }
        StringBuilder out = new StringBuilder();
        counters.write(out, "counter");
        gauges.write(out, "gauge");
        histograms.write(out, summary ? "summary" : "histogram");
        return out.toString();
    }

    /// Series of one kind by the name they are shown under; a family must stand in one piece.
    private static final class Families {
        private final TreeMap<String, List<Series>> byName = new TreeMap<>();

        void add(Series series) {
            byName.computeIfAbsent(family(series.tagged().base()), _ -> new ArrayList<>())
                    .add(series);
        }

        /// Envoy: whoever brings metrics of its own registers the first word of their names, which
        /// is not shown then, nor is Envoy's.
        private static String family(String base) {
            return base.startsWith(CUSTOM)
                    ? plain(base.substring(CUSTOM.length()))
                    : "envoy_" + plain(base);
        }

        void write(StringBuilder out, String kind) {
            byName.forEach((name, members) -> {
                out.append("# TYPE ").append(name).append(' ').append(kind).append('\n');
                members.forEach(member -> one(out, name, member, kind.equals("summary")));
            });
        }
    }

    private static void one(StringBuilder out, String name, Series series, boolean summary) {
        String labels = labels(series.tagged().tags());
        switch (series) {
            case Counter counter -> sample(out, name, labels, counter.value());
            case Gauge gauge -> sample(out, name, labels, gauge.value());
            case TextReadout _ -> {}
            case Histogram histogram -> {
                if (summary) {
                    quantiles(out, name, labels, histogram.interval());
                } else {
                    buckets(out, name, labels, histogram.cumulative());
                }
            }
        }
    }

    private static void buckets(
            StringBuilder out, String name, String labels, HistogramSnapshot snapshot) {
        String lead = labels.isEmpty() ? "" : labels + ",";
        for (double bound : HistogramBuckets.BOUNDS) {
            String le = lead + "le=\"" + TextStats.number(bound) + "\"";
            sample(out, name + "_bucket", le, snapshot.countUpTo(bound));
        }
        sample(out, name + "_bucket", lead + "le=\"+Inf\"", snapshot.count());
        sample(out, name + "_sum", labels, snapshot.sum());
        sample(out, name + "_count", labels, snapshot.count());
    }

    /// Envoy: of the last interval, not of all time.
    private static void quantiles(
            StringBuilder out, String name, String labels, HistogramSnapshot snapshot) {
        String lead = labels.isEmpty() ? "" : labels + ",";
        for (double percent : TextStats.QUANTILES) {
            out.append(name).append('{').append(lead).append("quantile=\"");
            out.append(TextStats.number(percent / 100)).append("\"} ");
            out.append(TextStats.number(snapshot.quantile(percent / 100))).append('\n');
        }
        sample(out, name + "_sum", labels, snapshot.sum());
        sample(out, name + "_count", labels, snapshot.count());
    }

    private static void sample(StringBuilder out, String name, String labels, long value) {
        out.append(name).append('{').append(labels).append("} ");
        out.append(Long.toUnsignedString(value)).append('\n');
    }

    private static String labels(List<Tag> tags) {
        StringBuilder out = new StringBuilder();
        for (Tag tag : tags) {
            out.append(out.isEmpty() ? "" : ",").append(plain(tag.name())).append("=\"");
            escape(out, tag.value());
            out.append('"');
        }
        return out.toString();
    }

    private static void escape(StringBuilder out, String value) {
        for (int i = 0; i < value.length(); i++) {
            switch (value.charAt(i)) {
                case '\\' -> out.append("\\\\");
                case '"' -> out.append("\\\"");
                case '\n' -> out.append("\\n");
                default -> out.append(value.charAt(i));
            }
        }
    }

    private static String plain(String name) {
        StringBuilder out = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean allowed =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || c == '_';
            out.append(allowed ? c : '_');
        }
        return out.toString();
    }
}
