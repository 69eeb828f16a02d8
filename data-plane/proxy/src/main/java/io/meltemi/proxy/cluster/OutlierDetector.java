package io.meltemi.proxy.cluster;

import io.meltemi.base.time.Ticker;
import io.meltemi.proxy.cluster.OutlierSettings.Kind;
import io.meltemi.proxy.cluster.SuccessRates.Sample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Takes endpoints out that fail several times in a row or more than the others, for a time that
/// grows with each relapse. Thread-safe: counters are atomic; ejections are made under this
/// object's lock, rarely.
public final class OutlierDetector {
    private static final int SERVER_ERROR = 500;

    private final @Nullable OutlierSettings settings;
    private final Cluster cluster;
    private final Ticker ticker;
    private final LongSupplier random;

    /// Endpoints with a record: ejected now, or not long ago. Guarded by this.
    private final Map<Endpoint, Ejection> ejections = new HashMap<>();

    /// Null: nobody wants to know. Guarded by this.
    private @Nullable OutlierHistory history;

    /// @param random any numbers, from any thread
    OutlierDetector(
            @Nullable OutlierSettings settings,
            Cluster cluster,
            Ticker ticker,
            LongSupplier random) {
        this.settings = settings;
        this.cluster = cluster;
        this.ticker = ticker;
        this.random = random;
    }

    /// Tells somebody of what happens from now on.
    public synchronized void tell(OutlierEvents events) {
        history = new OutlierHistory(events, ticker);
    }

    /// How often an endpoint was ejected lately and since when. Guarded by its detector.
    private static final class Ejection {
        private int backoff;
        private long sinceNanos;
        private long returnedNanos;
        private long jitterNanos;
    }

    /// How often [#sweep] wants to be called; 0 for never.
    public long intervalNanos() {
        return settings == null ? 0 : settings.intervalNanos();
    }

    /// Whether failures to connect count for themselves.
    public boolean splitsLocalErrors() {
        return settings != null && settings.splitLocalErrors();
    }

    /// An endpoint answered. `HOT`.
    public void onResponse(Endpoint endpoint, int status) {
        OutlierSettings rules = settings;
        if (rules == null) {
            return;
        }
        EndpointCounters counters = endpoint.counters();
        counters.externalRequests.increment();
        if (status < SERVER_ERROR) {
            counters.externalSuccesses.increment();
            reset(counters.consecutive5xx);
            reset(counters.consecutiveGatewayFailures);
            return;
        }
        if (status >= 502 && status <= 504) {
            count(
                    counters.consecutiveGatewayFailures,
                    rules.consecutiveGatewayFailures(),
                    Kind.CONSECUTIVE_GATEWAY_FAILURE,
                    endpoint,
                    rules);
        } else {
            reset(counters.consecutiveGatewayFailures);
        }
        count(
                counters.consecutive5xx,
                rules.consecutive5xx(),
                Kind.CONSECUTIVE_5XX,
                endpoint,
                rules);
    }

    /// Written only when it changes anything: endpoints are shared by all workers.
    private static void reset(AtomicInteger counter) {
        if (counter.get() != 0) {
            counter.set(0);
        }
    }

    /// An endpoint could be connected to. `HOT`.
    public void onConnected(Endpoint endpoint) {
        if (settings != null && settings.splitLocalErrors()) {
            EndpointCounters counters = endpoint.counters();
            counters.localRequests.increment();
            counters.localSuccesses.increment();
            reset(counters.consecutiveLocalFailures);
        }
    }

    /// An endpoint could not be reached, did not answer in time, or broke off.
    public void onLocalFailure(Endpoint endpoint) {
        OutlierSettings rules = settings;
        if (rules == null) {
            return;
        }
        if (!rules.splitLocalErrors()) {
            // Envoy: as if it had answered 503.
            onResponse(endpoint, 503);
            return;
        }
        endpoint.counters().localRequests.increment();
        count(
                endpoint.counters().consecutiveLocalFailures,
                rules.consecutiveLocalFailures(),
                Kind.CONSECUTIVE_LOCAL_ORIGIN_FAILURE,
                endpoint,
                rules);
    }

    private void count(
            AtomicInteger counter, int limit, Kind kind, Endpoint endpoint, OutlierSettings rules) {
        if (counter.incrementAndGet() != limit) {
            return;
        }
        boolean changed;
        synchronized (this) {
            changed =
                    !endpoint.isEjected() && eject(endpoint, kind, rules, OutlierEvents.Rates.NONE);
        }
        counter.set(0);
        if (changed) {
            cluster.changed();
            cluster.failed(endpoint);
        }
    }

    /// An active health check of an endpoint succeeded. Envoy: then it is let back at once.
    public void onCheckPassed(Endpoint endpoint) {
        OutlierSettings rules = settings;
        if (rules == null || !rules.returnsWhenChecked() || !endpoint.isEjected()) {
            return;
        }
        boolean changed = false;
        synchronized (this) {
            Ejection ejection = ejections.get(endpoint);
            if (ejection != null && endpoint.isEjected()) {
                letBack(endpoint, ejection);
                changed = true;
            }
        }
        if (changed) {
            cluster.changed();
        }
    }

    /// Whether it is out now. Guarded by this.
    private boolean eject(
            Endpoint endpoint, Kind kind, OutlierSettings rules, OutlierEvents.Rates rates) {
        OutlierStats stats = cluster.stats().outlier;
        stats.detected(kind);
        List<Endpoint> all = cluster.endpoints().all();
        long ejected = all.stream().filter(Endpoint::isEjected).count();
        boolean mayGo =
                !all.isEmpty()
                        && (100.0 * (ejected + 1) / all.size() <= rules.maxEjectionPercent()
                                || (rules.alwaysEjectOne() && ejected == 0));
        if (!mayGo) {
            stats.overflow.increment();
            return false;
        }
        stats.possible(kind);
        boolean enforced = Long.remainderUnsigned(random.getAsLong(), 100) < rules.enforcing(kind);
        if (history != null) {
            history.ejected(endpoint, kind, enforced, rates);
        }
        if (!enforced) {
            return false;
        }
        Ejection ejection = ejections.computeIfAbsent(endpoint, _ -> new Ejection());
        ejection.sinceNanos = ticker.nanos();
        ejection.jitterNanos =
                rules.jitterNanos() == 0
                        ? 0
                        : Long.remainderUnsigned(random.getAsLong(), rules.jitterNanos() + 1);
        if (ejection.backoff * rules.baseEjectionNanos()
                < rules.longestEjectionNanos() + rules.baseEjectionNanos()) {
            ejection.backoff++;
        }
        endpoint.setEjected(true);
        stats.enforced(kind);
        return true;
    }

    /// Lets endpoints back whose time is over, ejects those that failed too often since the last
    /// call, and forgives step by step those that behaved.
    public void sweep() {
        OutlierSettings rules = settings;
        if (rules == null) {
            return;
        }
        boolean changed;
        List<Endpoint> failed = new ArrayList<>();
        synchronized (this) {
            changed = sweep(rules, failed);
        }
        if (changed) {
            cluster.changed();
            failed.forEach(cluster::failed);
        }
    }

    /// @param failed gets those that are ejected now
    private boolean sweep(OutlierSettings rules, List<Endpoint> failed) {
        List<Endpoint> members = cluster.endpoints().all();
        boolean changed = forgetGone(new HashSet<>(members));
        for (Endpoint endpoint : members) {
            changed |= endpoint.isEjected() && returns(endpoint, rules);
        }
        changed |= ejectByRate(members, rules, false, failed);
        if (rules.splitLocalErrors()) {
            changed |= ejectByRate(members, rules, true, failed);
        }
        for (Endpoint endpoint : members) {
            Ejection ejection = ejections.get(endpoint);
            if (ejection == null || endpoint.isEjected()) {
                continue;
            }
            // Envoy: a whole interval of good conduct after its return.
            boolean behaved = ticker.nanos() - ejection.returnedNanos >= rules.intervalNanos();
            if (behaved && --ejection.backoff <= 0) {
                ejections.remove(endpoint);
            }
        }
        return changed;
    }

    private boolean forgetGone(Set<Endpoint> members) {
        if (history != null) {
            history.keep(members);
        }
        for (Endpoint endpoint : List.copyOf(ejections.keySet())) {
            if (!members.contains(endpoint)) {
                ejections.remove(endpoint);
                cluster.stats().outlier.active.add(endpoint.isEjected() ? -1 : 0);
            }
        }
        return false;
    }

    private boolean returns(Endpoint endpoint, OutlierSettings rules) {
        Ejection ejection = ejections.get(endpoint);
        if (ejection == null) {
            return false;
        }
        long served = ticker.nanos() - ejection.sinceNanos;
        long term =
                Math.min(rules.baseEjectionNanos() * ejection.backoff, rules.longestEjectionNanos())
                        + ejection.jitterNanos;
        if (served < term) {
            return false;
        }
        letBack(endpoint, ejection);
        return true;
    }

    private void letBack(Endpoint endpoint, Ejection ejection) {
        ejection.returnedNanos = ticker.nanos();
        endpoint.setEjected(false);
        reset(endpoint.counters().consecutive5xx);
        reset(endpoint.counters().consecutiveGatewayFailures);
        reset(endpoint.counters().consecutiveLocalFailures);
        cluster.stats().outlier.active.add(-1);
        if (history != null) {
            history.returned(endpoint);
        }
    }

    private boolean ejectByRate(
            List<Endpoint> members, OutlierSettings rules, boolean local, List<Endpoint> failed) {
        List<Sample> samples = new ArrayList<>();
        for (Endpoint endpoint : members) {
            EndpointCounters of = endpoint.counters();
            long successes = (local ? of.localSuccesses : of.externalSuccesses).sumThenReset();
            long requests = (local ? of.localRequests : of.externalRequests).sumThenReset();
            if (!endpoint.isEjected()) {
                samples.add(new Sample(endpoint, Math.min(successes, requests), requests));
            }
        }
        SuccessRates rates = SuccessRates.of(samples, members.size(), rules);
        int before = failed.size();
        for (Sample sample : rates.below()) {
            Kind kind = local ? Kind.LOCAL_ORIGIN_SUCCESS_RATE : Kind.SUCCESS_RATE;
            if (eject(sample.endpoint(), kind, rules, compared(sample, rates))) {
                failed.add(sample.endpoint());
            }
        }
        for (Sample sample : rates.failing()) {
            Kind kind = local ? Kind.LOCAL_ORIGIN_FAILURE_PERCENTAGE : Kind.FAILURE_PERCENTAGE;
            if (!sample.endpoint().isEjected()
                    && eject(sample.endpoint(), kind, rules, compared(sample, rates))) {
                failed.add(sample.endpoint());
            }
        }
        return failed.size() > before;
    }

    private static OutlierEvents.Rates compared(Sample sample, SuccessRates rates) {
        return new OutlierEvents.Rates(sample.rate(), rates.mean(), rates.threshold());
    }
}
