package io.meltemi.proxy.cluster;

import io.meltemi.base.time.Ticker;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Takes endpoints out that fail several times in a row, for a time that grows with each relapse.
/// Thread-safe: counters are atomic; ejections are made under this object's lock, rarely.
public final class OutlierDetector {
    private static final int SERVER_ERROR = 500;

    private final @Nullable OutlierSettings settings;
    private final Cluster cluster;
    private final Ticker ticker;

    /// Endpoints with a record: ejected now, or not long ago. Guarded by this.
    private final Map<Endpoint, Ejection> ejections = new HashMap<>();

    OutlierDetector(@Nullable OutlierSettings settings, Cluster cluster, Ticker ticker) {
        this.settings = settings;
        this.cluster = cluster;
        this.ticker = ticker;
    }

    /// How often endpoints were ejected lately and since when. Guarded by its detector.
    private static final class Ejection {
        private int times;
        private long sinceNanos;
    }

    /// How often [#sweep] wants to be called; 0 for never.
    public long intervalNanos() {
        return settings == null ? 0 : settings.intervalNanos();
    }

    /// An endpoint answered. `HOT`.
    public void onResponse(Endpoint endpoint, int status) {
        if (settings == null) {
            return;
        }
        EndpointCounters counters = endpoint.counters();
        counters.consecutiveLocalFailures.setPlain(0);
        if (status < SERVER_ERROR) {
            // Written only when it changes anything: endpoints are shared by all workers.
            if (counters.consecutive5xx.get() != 0) {
                counters.consecutive5xx.set(0);
            }
            if (counters.consecutiveGatewayFailures.get() != 0) {
                counters.consecutiveGatewayFailures.set(0);
            }
            return;
        }
        count5xx(endpoint, settings);
        if (status >= 502 && status <= 504) {
            countGatewayFailure(endpoint, settings);
        } else {
            counters.consecutiveGatewayFailures.set(0);
        }
    }

    /// An endpoint could not be reached, did not answer in time, or broke off.
    public void onLocalFailure(Endpoint endpoint) {
        if (settings == null) {
            return;
        }
        if (!settings.splitLocalErrors()) {
            count5xx(endpoint, settings);
            countGatewayFailure(endpoint, settings);
            return;
        }
        int failures = endpoint.counters().consecutiveLocalFailures.incrementAndGet();
        if (failures == settings.consecutiveLocalFailures()) {
            endpoint.counters().consecutiveLocalFailures.set(0);
            eject(endpoint, settings);
        }
    }

    private void count5xx(Endpoint endpoint, OutlierSettings rules) {
        int failures = endpoint.counters().consecutive5xx.incrementAndGet();
        if (failures == rules.consecutive5xx()) {
            endpoint.counters().consecutive5xx.set(0);
            eject(endpoint, rules);
        }
    }

    private void countGatewayFailure(Endpoint endpoint, OutlierSettings rules) {
        int failures = endpoint.counters().consecutiveGatewayFailures.incrementAndGet();
        if (failures == rules.consecutiveGatewayFailures()) {
            endpoint.counters().consecutiveGatewayFailures.set(0);
            eject(endpoint, rules);
        }
    }

    private synchronized void eject(Endpoint endpoint, OutlierSettings rules) {
        if (endpoint.isEjected()) {
            return;
        }
        List<Endpoint> all = cluster.endpoints().all();
        long ejected = all.stream().filter(Endpoint::isEjected).count();
        if (all.isEmpty() || 100.0 * (ejected + 1) / all.size() > rules.maxEjectionPercent()) {
            cluster.stats().ejectionsOverflow.increment();
            return;
        }
        Ejection ejection = ejections.computeIfAbsent(endpoint, _ -> new Ejection());
        ejection.times++;
        ejection.sinceNanos = ticker.nanos();
        endpoint.setEjected(true);
        cluster.stats().ejectionsTotal.increment();
        cluster.stats().ejectionsActive.add(1);
        cluster.changed();
    }

    /// Lets endpoints back whose time is over; those that behaved meanwhile are forgiven step by
    /// step.
    public synchronized void sweep() {
        if (settings == null) {
            return;
        }
        long now = ticker.nanos();
        boolean changed = false;
        List<Endpoint> members = cluster.endpoints().all();
        for (Iterator<Map.Entry<Endpoint, Ejection>> all = ejections.entrySet().iterator();
                all.hasNext(); ) {
            Map.Entry<Endpoint, Ejection> entry = all.next();
            Endpoint endpoint = entry.getKey();
            Ejection ejection = entry.getValue();
            if (!members.contains(endpoint)) {
                all.remove();
                cluster.stats().ejectionsActive.add(endpoint.isEjected() ? -1 : 0);
            } else if (!endpoint.isEjected()) {
                ejection.times--;
                if (ejection.times <= 0) {
                    all.remove();
                }
            } else if (now - ejection.sinceNanos >= ejectionNanos(ejection, settings)) {
                endpoint.setEjected(false);
                cluster.stats().ejectionsActive.add(-1);
                changed = true;
            }
        }
        if (changed) {
            cluster.changed();
        }
    }

    private static long ejectionNanos(Ejection ejection, OutlierSettings rules) {
        long most = Math.max(rules.baseEjectionNanos(), rules.maxEjectionNanos());
        return Math.min(most, rules.baseEjectionNanos() * ejection.times);
    }
}
