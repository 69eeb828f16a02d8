package io.meltemi.proxy.cluster;

import io.meltemi.base.time.Ticker;
import io.meltemi.proxy.cluster.OutlierSettings.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// How often each endpoint of a cluster was ejected, and when, for those who want to hear of it.
/// Guarded by its detector.
final class OutlierHistory {
    private static final long NEVER = -1;

    private final OutlierEvents events;
    private final Ticker ticker;
    private final Map<Endpoint, Past> pasts = new HashMap<>();

    OutlierHistory(OutlierEvents events, Ticker ticker) {
        this.events = events;
        this.ticker = ticker;
    }

    /// Of one endpoint.
    private static final class Past {
        private int ejections;
        private long ejectedNanos;
        private long returnedNanos;
        private boolean returned;
    }

    void ejected(Endpoint endpoint, Kind kind, boolean enforced, OutlierEvents.Rates rates) {
        Past past = pasts.get(endpoint);
        if (enforced) {
            past = pasts.computeIfAbsent(endpoint, _ -> new Past());
            past.ejections++;
            past.ejectedNanos = ticker.nanos();
        }
        long since = past != null && past.returned ? seconds(past.returnedNanos) : NEVER;
        int ejections = past == null ? 0 : past.ejections;
        events.ejected(new OutlierEvents.Event(endpoint, ejections, since), kind, enforced, rates);
    }

    void returned(Endpoint endpoint) {
        Past past = pasts.get(endpoint);
        if (past != null) {
            past.returned = true;
            past.returnedNanos = ticker.nanos();
            events.returned(
                    new OutlierEvents.Event(endpoint, past.ejections, seconds(past.ejectedNanos)));
        }
    }

    /// Only these are there any more.
    void keep(Set<Endpoint> members) {
        pasts.keySet().retainAll(members);
    }

    private long seconds(long sinceNanos) {
        return TimeUnit.NANOSECONDS.toSeconds(ticker.nanos() - sinceNanos);
    }
}
