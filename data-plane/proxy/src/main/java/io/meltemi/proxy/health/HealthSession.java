package io.meltemi.proxy.health;

import io.envoyproxy.envoy.data.core.v3.HealthCheckFailureType;
import io.meltemi.proxy.cluster.Cluster;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.HealthCheckStats;
import io.meltemi.proxy.cluster.HealthFlags;
import io.meltemi.proxy.loop.Expiry;
import io.meltemi.proxy.loop.Timer;
import io.meltemi.proxy.loop.TimerQueue;

/// The checks of one endpoint: when they are made, and what their results come to. Confined to its
/// event loop.
///
/// Envoy: the first result decides at once; later an unhealthy endpoint needs several successes in
/// a row, and a healthy one several failures of the network (one wrong answer is enough).
final class HealthSession implements Probe.Verdicts, Expiry {
    private final HealthCheckSettings settings;
    private final Cluster cluster;
    private final Endpoint endpoint;
    private final HealthCheckStats stats;
    private final HealthEvents events;
    private final Intervals intervals;
    private final TimerQueue timers;
    private final HealthChecker.Listener listener;
    private final Probe probe;
    private final Timer interval = new Timer(this);
    private final Timer timeout = new Timer(this);
    private int failures;
    private int successes;
    private boolean first = true;
    private boolean closed;

    HealthSession(
            ProbeTarget target,
            HealthCheckStats stats,
            HealthEvents events,
            Intervals intervals,
            HealthChecker.Listener listener) {
        this.settings = target.settings();
        this.cluster = target.cluster();
        this.endpoint = target.endpoint();
        this.stats = stats;
        this.events = events;
        this.intervals = intervals;
        this.timers = target.loop().timers();
        this.listener = listener;
        this.probe =
                switch (settings.probing()) {
                    case Probing.Http http -> new HttpProbe(target, http, stats, this);
                    case Probing.Tcp tcp -> new TcpProbe(target, tcp, this);
                    case Probing.Grpc grpc -> new GrpcProbe(target, grpc, this);
                };
        stats.healthy.add(isFailed() ? 0 : 1);
        stats.degraded.add(endpoint.has(HealthFlags.DEGRADED_ACTIVE_HC) ? 1 : 0);
    }

    void start() {
        long wait = intervals.beforeFirst();
        if (wait == 0) {
            check();
        } else {
            timers.arm(interval, wait);
        }
    }

    private boolean isFailed() {
        return endpoint.has(HealthFlags.FAILED_ACTIVE_HC);
    }

    private void check() {
        stats.attempt.increment();
        timers.arm(timeout, settings.times().timeout() * Intervals.NANOS_PER_MILLI);
        probe.start();
    }

    @Override
    public void expired(Timer timer) {
        if (timer.equals(interval)) {
            check();
        } else {
            probe.giveUp();
            failed(HealthCheckFailureType.NETWORK_TIMEOUT, false, 0);
        }
    }

    @Override
    public void passed(boolean degraded) {
        if (closed) {
            return;
        }
        failures = 0;
        Transition transition = Transition.NONE;
        if (isFailed()) {
            if (first || ++successes == settings.healthyThreshold()) {
                endpoint.setFlag(
                        HealthFlags.FAILED_ACTIVE_HC
                                | HealthFlags.ACTIVE_HC_TIMEOUT
                                | HealthFlags.EXCLUDED_VIA_IMMEDIATE_HC_FAIL,
                        false);
                endpoint.setHealthySince(intervals.now());
                stats.healthy.add(1);
                transition = Transition.CHANGED;
                events.added(endpoint, first);
            } else {
                transition = Transition.PENDING;
            }
        }
        if (transition != Transition.CHANGED && settings.logsSuccesses()) {
            events.passed(endpoint);
        }
        transition = noLongerUnchecked(transition);
        if (degraded != endpoint.has(HealthFlags.DEGRADED_ACTIVE_HC)) {
            endpoint.setFlag(HealthFlags.DEGRADED_ACTIVE_HC, degraded);
            stats.degraded.add(degraded ? 1 : -1);
            events.degraded(endpoint, degraded);
            transition = transition == Transition.NONE ? Transition.CHANGED : transition;
        }
        stats.success.increment();
        first = false;
        tell(transition);
        if (!isFailed()) {
            cluster.outlier().onCheckPassed(endpoint);
        }
        next(true, transition);
    }

    @Override
    public void failed(HealthCheckFailureType type, boolean retriable, int status) {
        if (!closed) {
            next(false, count(type, retriable, status));
        }
    }

    /// The endpoint said in a response that it fails; the next check is made as planned.
    void toldToFail() {
        count(HealthCheckFailureType.PASSIVE, false, 0);
    }

    private Transition count(HealthCheckFailureType type, boolean retriable, int status) {
        boolean network =
                type == HealthCheckFailureType.NETWORK
                        || type == HealthCheckFailureType.NETWORK_TIMEOUT;
        successes = 0;
        Transition transition = Transition.NONE;
        if (!isFailed()) {
            boolean atOnce = !network && !retriable;
            if (atOnce || ++failures == settings.unhealthyThreshold()) {
                endpoint.setFlag(HealthFlags.FAILED_ACTIVE_HC, true);
                stats.healthy.add(-1);
                transition = Transition.CHANGED;
                events.ejected(endpoint, type, status);
            } else {
                transition = Transition.PENDING;
            }
        }
        endpoint.setFlag(
                HealthFlags.ACTIVE_HC_TIMEOUT,
                type == HealthCheckFailureType.NETWORK_TIMEOUT && isFailed());
        transition = noLongerUnchecked(transition);
        if (first || settings.logsFailures()) {
            events.failed(endpoint, type, first, status);
        }
        stats.failure.increment();
        if (network) {
            stats.networkFailure.increment();
        } else if (type == HealthCheckFailureType.PASSIVE) {
            stats.passiveFailure.increment();
        }
        first = false;
        tell(transition);
        return transition;
    }

    private Transition noLongerUnchecked(Transition otherwise) {
        if (!endpoint.has(HealthFlags.PENDING_ACTIVE_HC)) {
            return otherwise;
        }
        endpoint.setFlag(HealthFlags.PENDING_ACTIVE_HC, false);
        return Transition.CHANGED;
    }

    private void tell(Transition transition) {
        if (transition == Transition.CHANGED) {
            cluster.changed();
            if (isFailed()) {
                cluster.failed(endpoint);
            }
        }
        listener.onChecked(endpoint);
    }

    private void next(boolean passed, Transition transition) {
        timers.cancel(timeout);
        if (!closed) {
            timers.arm(interval, intervals.after(passed, transition));
        }
    }

    /// No more checks.
    void close() {
        closed = true;
        timers.cancel(timeout);
        timers.cancel(interval);
        stats.healthy.add(isFailed() ? 0 : -1);
        stats.degraded.add(endpoint.has(HealthFlags.DEGRADED_ACTIVE_HC) ? -1 : 0);
        probe.close();
        if (first) {
            listener.onChecked(endpoint);
        }
    }

    /// What a result means for an endpoint.
    enum Transition {
        NONE,
        /// It would change if more such results came.
        PENDING,
        CHANGED
    }
}
