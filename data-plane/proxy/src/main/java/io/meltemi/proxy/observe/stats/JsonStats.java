package io.meltemi.proxy.observe.stats;

import java.util.ArrayList;
import java.util.List;

/// Writes statistics as Envoy's `/stats?format=json` does. Immutable.
final class JsonStats {
    private JsonStats() {}

    static String write(StatsStore store, StatsQuery query) {
        StringBuilder out = new StringBuilder("{\"stats\":[");
        List<Histogram> histograms = new ArrayList<>();
        for (Series series : store.all()) {
            if (!query.selects(series)) {
                continue;
            }
            switch (series) {
                case Counter counter -> value(out, counter.name(), counter.value());
                case Gauge gauge -> value(out, gauge.name(), gauge.value());
                case Histogram histogram -> histograms.add(histogram);
            }
        }
        if (!histograms.isEmpty()) {
            comma(out);
            writeHistograms(out, histograms);
        }
        return out.append("]}").toString();
    }

    private static void value(StringBuilder out, String name, long value) {
        comma(out);
        out.append("{\"name\":");
        text(out, name);
        out.append(",\"value\":").append(Long.toUnsignedString(value)).append('}');
    }

    private static void writeHistograms(StringBuilder out, List<Histogram> histograms) {
        out.append("{\"histograms\":{\"supported_quantiles\":[");
        for (double percent : TextStats.QUANTILES) {
            comma(out);
            out.append(TextStats.number(percent));
        }
        out.append("],\"computed_quantiles\":[");
        for (Histogram histogram : histograms) {
            comma(out);
            out.append("{\"name\":");
            text(out, histogram.name());
            out.append(",\"values\":[");
            HistogramSnapshot cumulative = histogram.cumulative();
            HistogramSnapshot interval = histogram.interval();
            for (double percent : TextStats.QUANTILES) {
                comma(out);
                out.append("{\"cumulative\":");
                number(out, cumulative.quantile(percent / 100));
                out.append(",\"interval\":");
                number(out, interval.quantile(percent / 100));
                out.append('}');
            }
            out.append("]}");
        }
        out.append("]}}");
    }

    private static void number(StringBuilder out, double value) {
        out.append(Double.isNaN(value) ? "null" : TextStats.number(value));
    }

    private static void comma(StringBuilder out) {
        char last = out.charAt(out.length() - 1);
        if (last != '[' && last != ':') {
            out.append(',');
        }
    }

    private static void text(StringBuilder out, String value) {
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20) {
                out.append("\\u00").append(c < 0x10 ? "0" : "").append(Integer.toHexString(c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
