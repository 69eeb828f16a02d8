package io.meltemi.proxy.filter.istiostats;

import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.observe.ExchangeRecord;

/// Counts requests by who called whom and how it went. Thread-safe: its series are.
final class IstioStatsFilter implements HttpFilter {
    private final Series series;

    IstioStatsFilter(Series series) {
        this.series = series;
    }

    @Override
    public Verdict onRequest(FilterStream stream) {
        return Verdict.CONTINUE;
    }

    /// Istio counts health checks too.
    @Override
    public void onLog(FilterStream stream) {
        ExchangeRecord record = stream.record();
        if (record != null) {
            Combination found =
                    series.of(record.worker, record.startNanos + record.endNanos)
                            .ofRequest(record, stream);
            if (found != null) {
                found.count(record);
            }
        }
    }
}
