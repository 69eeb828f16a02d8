package io.meltemi.proxy.admin;

import io.meltemi.proxy.admin.AdminCommand.Parameter;
import io.meltemi.proxy.observe.stats.StatsQuery;
import io.meltemi.proxy.observe.stats.StatsStore;
import java.util.List;

/// Envoy's `/stats`, `/stats/prometheus` and `/reset_counters`. Thread-safe.
public final class StatsPage {
    private static final Parameter USED =
            new Parameter("usedonly", "Only include stats that have been written since the start");
    private static final Parameter FILTER =
            new Parameter("filter", "Regular expression (Google re2) for filtering stats");
    private static final Parameter INVERT =
            new Parameter("invert_filter", "Invert the filter regex");

    private final StatsStore stats;

    public StatsPage(StatsStore stats) {
        this.stats = stats;
    }

    public List<AdminCommand> commands() {
        return List.of(
                AdminCommand.shows(
                        "/stats",
                        "print server stats",
                        request -> reply(request, request.query().getOrDefault("format", "text")),
                        USED,
                        FILTER,
                        INVERT,
                        new Parameter("format", "One of (text, json, prometheus)"),
                        new Parameter(
                                "type", "One of (All, Counters, Histograms, Gauges, TextReadouts)"),
                        new Parameter(
                                "histogram_buckets",
                                "One of (cumulative, disjoint, detailed, summary)")),
                AdminCommand.shows(
                        "/stats/prometheus",
                        "print server stats in prometheus format",
                        request -> reply(request, "prometheus"),
                        USED,
                        FILTER,
                        INVERT,
                        new Parameter("histogram_buckets", "One of (cumulative, summary)")),
                AdminCommand.changes(
                        "/reset_counters",
                        "reset all counters to zero",
                        _ -> {
                            stats.resetCounters();
                            return AdminReply.ok();
                        }));
    }

    private AdminReply reply(AdminRequest request, String format) {
        try {
            StatsQuery query = StatsQuery.of(request.query());
            return switch (format) {
                case "text", "" -> AdminReply.text(stats.text(query));
                case "json" -> AdminReply.json(stats.json(query));
                case "prometheus" -> AdminReply.text(stats.prometheus(query));
                default -> AdminReply.text(400, "usage: /stats?format=(json|prometheus|text)\n\n");
            };
        } catch (IllegalArgumentException e) {
            return AdminReply.text(400, String.valueOf(e.getMessage()));
        }
    }
}
