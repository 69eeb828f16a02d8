package io.meltemi.proxy.observe.stats;

import static io.meltemi.proxy.observe.stats.JsonStats.comma;

import java.util.List;

/// The histograms of `/stats?format=json`, in each of Envoy's forms. Immutable.
final class JsonHistograms {
    private JsonHistograms() {}

    /// Appends one element to an array of statistics; nothing without histograms.
    static void write(StringBuilder out, List<Histogram> histograms, HistogramMode mode) {
        if (histograms.isEmpty()) {
            return;
        }
        comma(out);
        out.append("{\"histograms\":");
        switch (mode) {
            case UNSET, SUMMARY -> summaries(out, histograms);
            case CUMULATIVE -> buckets(out, histograms, false);
            case DISJOINT -> buckets(out, histograms, true);
            case DETAILED -> details(out, histograms);
        }
        out.append('}');
    }

    private static void summaries(StringBuilder out, List<Histogram> histograms) {
        out.append("{\"supported_quantiles\":");
        percents(out);
        out.append(",\"computed_quantiles\":[");
        for (Histogram histogram : histograms) {
            comma(out);
            name(out, histogram);
            out.append(",\"values\":");
            quantiles(out, histogram);
            out.append('}');
        }
        out.append("]}");
    }

    private static void buckets(StringBuilder out, List<Histogram> histograms, boolean disjoint) {
        out.append('[');
        for (Histogram histogram : histograms) {
            comma(out);
            name(out, histogram);
            out.append(",\"buckets\":[");
            long[] ever = HistogramBuckets.counts(histogram.cumulative(), disjoint);
            long[] lately = HistogramBuckets.counts(histogram.interval(), disjoint);
            for (int i = 0; i < ever.length; i++) {
                comma(out);
                out.append("{\"upper_bound\":");
                out.append(TextStats.number(HistogramBuckets.BOUNDS[i]));
                out.append(",\"interval\":").append(lately[i]);
                out.append(",\"cumulative\":").append(ever[i]).append('}');
            }
            out.append("]}");
        }
        out.append(']');
    }

    private static void details(StringBuilder out, List<Histogram> histograms) {
        out.append("{\"supported_percentiles\":");
        percents(out);
        out.append(",\"details\":[");
        for (Histogram histogram : histograms) {
            comma(out);
            name(out, histogram);
            out.append(",\"totals\":");
            bins(out, histogram.cumulative());
            out.append(",\"intervals\":");
            bins(out, histogram.interval());
            out.append(",\"percentiles\":");
            quantiles(out, histogram);
            out.append('}');
        }
        out.append("]}");
    }

    private static void name(StringBuilder out, Histogram histogram) {
        out.append("{\"name\":");
        JsonStats.text(out, histogram.name());
    }

    private static void percents(StringBuilder out) {
        out.append('[');
        for (double percent : TextStats.QUANTILES) {
            comma(out);
            out.append(TextStats.number(percent));
        }
        out.append(']');
    }

    private static void quantiles(StringBuilder out, Histogram histogram) {
        HistogramSnapshot cumulative = histogram.cumulative();
        HistogramSnapshot interval = histogram.interval();
        out.append('[');
        for (double percent : TextStats.QUANTILES) {
            comma(out);
            out.append("{\"cumulative\":");
            number(out, cumulative.quantile(percent / 100));
            out.append(",\"interval\":");
            number(out, interval.quantile(percent / 100));
            out.append('}');
        }
        out.append(']');
    }

    private static void bins(StringBuilder out, HistogramSnapshot snapshot) {
        out.append('[');
        snapshot.forEachBin((left, width, count) -> {
            comma(out);
            out.append("{\"lower_bound\":").append(TextStats.number(left));
            out.append(",\"width\":").append(TextStats.number(width));
            out.append(",\"count\":").append(count).append('}');
        });
        out.append(']');
    }

    private static void number(StringBuilder out, double value) {
        out.append(Double.isNaN(value) ? "null" : TextStats.number(value));
    }
}
