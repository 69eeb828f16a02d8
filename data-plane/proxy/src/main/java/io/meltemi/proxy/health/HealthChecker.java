package io.meltemi.proxy.health;

import io.meltemi.proxy.cluster.Cluster;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.HealthCheckStats;
import io.meltemi.proxy.loop.WorkerLoop;
import io.meltemi.proxy.observe.accesslog.EventLogs.EventLog;
import io.meltemi.proxy.runtime.RuntimeKeys;
import io.meltemi.proxy.upstream.Connector;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/// The active health checks of one cluster. Confined to the event loop it was made for, whose
/// network namespace its connections belong to, but for what says otherwise.
public final class HealthChecker implements AutoCloseable {
    private final Cluster cluster;
    private final HealthCheckSettings settings;
    private final WorkerLoop loop;
    private final Connector connector;
    private final HealthCheckStats stats;
    private final HealthEvents events;
    private final Intervals intervals;
    private final Listener listener;
    private final IdentityHashMap<Endpoint, HealthSession> sessions = new IdentityHashMap<>();
    private boolean closed;

    /// @param logs where events go; closed with this
    public HealthChecker(
            Cluster cluster,
            HealthCheckSettings settings,
            WorkerLoop loop,
            Connector connector,
            SplittableRandom random,
            RuntimeKeys keys,
            List<EventLog> logs,
            Listener listener) {
        HealthCheckStats counts = cluster.healthChecks();
        if (counts == null) {
            throw new IllegalStateException(
                    "cluster '" + cluster.name() + "' is not configured to be checked");
        }
        this.cluster = cluster;
        this.settings = settings;
        this.loop = loop;
        this.connector = connector;
        this.stats = counts;
        this.events = new HealthEvents(logs, loop.index(), cluster.name(), settings.probing());
        this.intervals =
                new Intervals(
                        settings.times(), cluster.stats(), keys, random::nextLong, loop::nanos);
        this.listener = listener;
    }

    /// Hears results. Called on the checker's event loop.
    @FunctionalInterface
    public interface Listener {
        /// A check of the endpoint had a result, or will never have one.
        void onChecked(Endpoint endpoint);
    }

    /// Checks these endpoints from now on, and no others. From any thread.
    public void update(List<Endpoint> members) {
        List<Endpoint> all = List.copyOf(members);
        loop.eventLoop().execute(() -> follow(all));
    }

    private void follow(List<Endpoint> members) {
        if (closed) {
            return;
        }
        Set<Endpoint> now = Collections.newSetFromMap(new IdentityHashMap<>());
        now.addAll(members);
        for (Endpoint known : List.copyOf(sessions.keySet())) {
            if (!now.contains(known)) {
                HealthSession gone = sessions.remove(known);
                if (gone != null) {
                    gone.close();
                }
            }
        }
        for (Endpoint endpoint : members) {
            if (!endpoint.definition().check().disabled() && !sessions.containsKey(endpoint)) {
                ProbeTarget target = new ProbeTarget(cluster, endpoint, settings, loop, connector);
                HealthSession session =
                        new HealthSession(target, stats, events, intervals, listener);
                sessions.put(endpoint, session);
                session.start();
            }
        }
    }

    /// An endpoint said in a response that it fails its health check. From any thread.
    public void toldToFail(Endpoint endpoint) {
        loop.eventLoop()
                .execute(() -> {
                    HealthSession session = sessions.get(endpoint);
                    if (session != null) {
                        session.toldToFail();
                    }
                });
    }

    /// Ends all checks. From any thread.
    @Override
    public void close() {
        loop.eventLoop()
                .execute(() -> {
                    if (!closed) {
                        closed = true;
                        sessions.values().forEach(HealthSession::close);
                        sessions.clear();
                        events.close();
                    }
                });
    }
}
