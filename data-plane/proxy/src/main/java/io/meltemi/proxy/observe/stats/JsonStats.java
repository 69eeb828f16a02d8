package io.meltemi.proxy.observe.stats;

import java.util.ArrayList;
import java.util.List;

/// Writes statistics as Envoy's `/stats?format=json` does. Immutable.
final class JsonStats {
    private JsonStats() {}

    static String write(StatsStore store, StatsQuery query) {
        StringBuilder out = new StringBuilder("{\"stats\":[");
        List<Histogram> histograms = new ArrayList<>();
        texts(out, store, query);
        for (Series series : store.all()) {
            if (!query.selects(series)) {
                continue;
            }
            switch (series) {
                case Counter counter -> value(out, counter.name(), counter.value());
                case Gauge gauge -> value(out, gauge.name(), gauge.value());
                case Histogram histogram -> histograms.add(histogram);
                // Before all else.
                case TextReadout _ -> {}
            }
        }
        JsonHistograms.write(out, histograms, query.buckets());
        return out.append("]}").toString();
    }

    private static void texts(StringBuilder out, StatsStore store, StatsQuery query) {
        for (Series series : store.all()) {
            if (series instanceof TextReadout readout && query.selects(readout)) {
                comma(out);
                out.append("{\"name\":");
                text(out, readout.name());
                out.append(",\"value\":");
                text(out, readout.value());
                out.append('}');
            }
        }
    }

    private static void value(StringBuilder out, String name, long value) {
        comma(out);
        out.append("{\"name\":");
        text(out, name);
        out.append(",\"value\":").append(Long.toUnsignedString(value)).append('}');
    }

    static void comma(StringBuilder out) {
        char last = out.charAt(out.length() - 1);
        if (last != '[' && last != ':') {
            out.append(',');
        }
    }

    static void text(StringBuilder out, String value) {
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
