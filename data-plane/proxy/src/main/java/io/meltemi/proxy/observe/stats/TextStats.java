package io.meltemi.proxy.observe.stats;

import java.util.Locale;

/// Writes statistics as Envoy's `/stats` does. Immutable.
final class TextStats {
    /// In this order in Envoy.
    static final double[] QUANTILES = {0, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 100};

    private static final String NOTHING = "No recorded values";

    private TextStats() {}

    static String write(StatsStore store, StatsQuery query) {
        StringBuilder texts = new StringBuilder();
        StringBuilder out = new StringBuilder();
        StringBuilder histograms = new StringBuilder();
        for (Series series : store.all()) {
            if (!query.selects(series)) {
                continue;
            }
            switch (series) {
                case Counter counter -> line(out, counter.name(), Long.toString(counter.value()));
                case Gauge gauge -> line(out, gauge.name(), Long.toUnsignedString(gauge.value()));
                case Histogram histogram -> histogram(histograms, histogram, query.buckets());
                case TextReadout text -> line(texts, text.name(), '"' + text.value() + '"');
            }
        }
        return texts.append(out).append(histograms).toString();
    }

    private static void histogram(StringBuilder out, Histogram histogram, HistogramMode mode) {
        switch (mode) {
            case UNSET, SUMMARY -> line(out, histogram.name(), summary(histogram));
            case CUMULATIVE -> line(out, histogram.name(), buckets(histogram, false));
            case DISJOINT -> line(out, histogram.name(), buckets(histogram, true));
            case DETAILED -> {
                out.append(histogram.name()).append(":\n  totals=");
                out.append(bins(histogram.cumulative())).append("\n  intervals=");
                out.append(bins(histogram.interval())).append("\n  summary=");
                out.append(summary(histogram)).append('\n');
            }
        }
    }

    private static String buckets(Histogram histogram, boolean disjoint) {
        HistogramSnapshot cumulative = histogram.cumulative();
        if (cumulative.count() == 0) {
            return NOTHING;
        }
        long[] ever = HistogramBuckets.counts(cumulative, disjoint);
        long[] lately = HistogramBuckets.counts(histogram.interval(), disjoint);
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < ever.length; i++) {
            out.append(out.isEmpty() ? "" : " ").append('B');
            out.append(short6(HistogramBuckets.BOUNDS[i])).append('(').append(lately[i]);
            out.append(',').append(ever[i]).append(')');
        }
        return out.toString();
    }

    private static String bins(HistogramSnapshot snapshot) {
        StringBuilder out = new StringBuilder();
        snapshot.forEachBin((left, width, count) -> {
            out.append(out.isEmpty() ? "" : ", ").append(number(left)).append(',');
            out.append(number(width)).append(':').append(count);
        });
        return out.toString();
    }

    /// As C++ writes six significant digits: `1.8e+06`.
    private static String short6(double value) {
        if (value < 1e6) {
            return number(value);
        }
        int exponent = (int) Math.floor(Math.log10(value));
        return number(value / Math.pow(10, exponent)) + "e+0" + exponent;
    }

    private static void line(StringBuilder out, String name, String value) {
        out.append(name).append(": ").append(value).append('\n');
    }

    private static String summary(Histogram histogram) {
        HistogramSnapshot cumulative = histogram.cumulative();
        if (cumulative.count() == 0) {
            return NOTHING;
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
