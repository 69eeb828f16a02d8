package io.meltemi.proxy.observe.stats;

import java.util.Locale;

/// Writes statistics as Envoy's `/stats` does. Immutable.
final class TextStats {
    /// In this order in Envoy.
    static final double[] QUANTILES = {0, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 100};

    private TextStats() {}

    static String write(StatsStore store, StatsQuery query) {
        StringBuilder out = new StringBuilder();
        StringBuilder histograms = new StringBuilder();
        for (Series series : store.all()) {
            if (!query.selects(series)) {
                continue;
            }
            switch (series) {
                case Counter counter -> line(out, counter.name(), Long.toString(counter.value()));
                case Gauge gauge -> line(out, gauge.name(), Long.toUnsignedString(gauge.value()));
                case Histogram histogram -> line(histograms, histogram.name(), summary(histogram));
            }
        }
        return out.append(histograms).toString();
    }

    private static void line(StringBuilder out, String name, String value) {
        out.append(name).append(": ").append(value).append('\n');
    }

    private static String summary(Histogram histogram) {
        HistogramSnapshot cumulative = histogram.cumulative();
        if (cumulative.count() == 0) {
            return "No recorded values";
        }
        HistogramSnapshot interval = histogram.interval();
        StringBuilder out = new StringBuilder();
        for (double percent : QUANTILES) {
            out.append(out.isEmpty() ? "" : " ")
                    .append('P')
                    .append(number(percent))
                    .append('(')
                    .append(number(interval.quantile(percent / 100)))
                    .append(',')
                    .append(number(cumulative.quantile(percent / 100)))
                    .append(')');
        }
        return out.toString();
    }

    /// A number as C++ streams print it: `nan`, no point on whole numbers, six significant digits.
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return Long.toString((long) value);
        }
        String text = String.format(Locale.ROOT, "%.6g", value);
        return text.contains("e") ? text : text.replaceAll("0+$", "");
    }
}
