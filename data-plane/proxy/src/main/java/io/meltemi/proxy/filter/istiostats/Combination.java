package io.meltemi.proxy.filter.istiostats;

import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.HeaderBytes;
import io.meltemi.proxy.observe.stats.Counter;
import io.meltemi.proxy.observe.stats.Histogram;
import io.meltemi.proxy.observe.stats.StatLabel;
import io.meltemi.proxy.observe.stats.StatsScope;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The series of one combination of labels. Immutable; the series are thread-safe. `HOT`.
final class Combination {
    private final EnumMap<Metric, Counter> counters = new EnumMap<>(Metric.class);
    private final EnumMap<Metric, Histogram> histograms = new EnumMap<>(Metric.class);

    /// @param scope where they live
    static Combination of(StatsConfig config, LabelKey key, StatsScope scope) {
        Combination made = new Combination();
        List<@Nullable String> values = new ArrayList<>();
        for (int i = 0; i < config.overrides().dimensions().size(); i++) {
            values.add(key.text(LabelKey.DIMENSIONS + i));
        }
        boolean tcp = key.protocol().equals("tcp");
        List<StatLabel> all =
                tcp ? Labels.ofConnection(config, key) : Labels.ofRequest(config, key);
        for (Metric metric : Metric.values()) {
            if (config.overrides().dropped().contains(metric)) {
                continue;
            }
            switch (metric) {
                case TCP_OPENED, TCP_CLOSED, TCP_SENT, TCP_RECEIVED -> {
                    if (tcp) {
                        made.count(metric, config.overrides().labels(metric, all, values), scope);
                    }
                }
                case REQUESTS -> {
                    if (!tcp) {
                        made.count(metric, config.overrides().labels(metric, all, values), scope);
                    }
                }
                case REQUEST_MESSAGES, RESPONSE_MESSAGES -> {
                    if (key.protocol().equals("grpc")) {
                        List<StatLabel> peers = Labels.ofPeers(config, key);
                        made.count(metric, config.overrides().labels(metric, peers, values), scope);
                    }
                }
                case REQUEST_DURATION, REQUEST_BYTES, RESPONSE_BYTES -> {
                    if (!tcp) {
                        made.histograms.put(
                                metric,
                                scope.histogram(
                                        metric.statName(),
                                        config.overrides().labels(metric, all, values)));
                    }
                }
            }
        }
        return made;
    }

    private void count(Metric metric, List<StatLabel> labels, StatsScope scope) {
        counters.put(metric, scope.counter(metric.statName(), labels));
    }

    /// A request is over.
    void count(ExchangeRecord record) {
        add(Metric.REQUESTS, record.worker, 1);
        put(Metric.REQUEST_DURATION, record.worker, record.endNanos / 1_000_000);
        put(
                Metric.REQUEST_BYTES,
                record.worker,
                HeaderBytes.of(record.requestHeaders) + record.bytesReceived);
        put(
                Metric.RESPONSE_BYTES,
                record.worker,
                HeaderBytes.of(record.responseHeaders)
                        + record.bytesSent
                        + HeaderBytes.of(record.responseTrailers));
        if (record.grpcRequestMessages != ExchangeRecord.NEVER) {
            add(Metric.REQUEST_MESSAGES, record.worker, record.grpcRequestMessages);
            add(Metric.RESPONSE_MESSAGES, record.worker, record.grpcResponseMessages);
        }
    }

    /// @param worker whose event loop this is
    void add(Metric metric, int worker, long amount) {
        Counter counter = counters.get(metric);
        if (counter != null) {
            counter.add(worker, amount);
        }
    }

    private void put(Metric metric, int worker, long value) {
        Histogram histogram = histograms.get(metric);
        if (histogram != null) {
            histogram.record(worker, value);
        }
    }
}
