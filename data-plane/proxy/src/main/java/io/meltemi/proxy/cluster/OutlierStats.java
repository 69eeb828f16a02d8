package io.meltemi.proxy.cluster;

import io.meltemi.proxy.observe.stats.Counter;
import io.meltemi.proxy.observe.stats.Gauge;
import io.meltemi.proxy.observe.stats.StatsScope;
import java.util.EnumMap;
import java.util.Map;

/// What outlier detection counts, under Envoy's names. Thread-safe.
public final class OutlierStats {
    public final Gauge active;
    public final Counter enforcedTotal;
    public final Counter overflow;

    /// Envoy keeps it for those who have graphs of it.
    private final Counter total;

    private final Map<OutlierSettings.Kind, Counter> detected =
            new EnumMap<>(OutlierSettings.Kind.class);
    private final Map<OutlierSettings.Kind, Counter> enforced =
            new EnumMap<>(OutlierSettings.Kind.class);

    OutlierStats(StatsScope scope) {
        active = scope.gauge("outlier_detection.ejections_active");
        enforcedTotal = scope.counter("outlier_detection.ejections_enforced_total");
        overflow = scope.counter("outlier_detection.ejections_overflow");
        total = scope.counter("outlier_detection.ejections_total");
        for (OutlierSettings.Kind kind : OutlierSettings.Kind.values()) {
            String name = "outlier_detection.ejections_";
            detected.put(kind, scope.counter(name + "detected_" + kind.statName()));
            enforced.put(kind, scope.counter(name + "enforced_" + kind.statName()));
        }
    }

    void detected(OutlierSettings.Kind kind) {
        count(detected, kind);
    }

    /// There was room for an ejection, whether or not it is enforced.
    void possible(OutlierSettings.Kind kind) {
        if (kind == OutlierSettings.Kind.CONSECUTIVE_5XX
                || kind == OutlierSettings.Kind.SUCCESS_RATE) {
            total.increment();
        }
    }

    void enforced(OutlierSettings.Kind kind) {
        enforcedTotal.increment();
        active.add(1);
        count(enforced, kind);
    }

    private static void count(
            Map<OutlierSettings.Kind, Counter> counters, OutlierSettings.Kind kind) {
        Counter counter = counters.get(kind);
        if (counter != null) {
            counter.increment();
        }
    }
}
