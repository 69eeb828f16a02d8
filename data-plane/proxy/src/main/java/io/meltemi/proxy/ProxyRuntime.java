package io.meltemi.proxy;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.meltemi.proxy.config.ResolverCompiler;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.dns.DnsCaches;
import io.meltemi.proxy.dns.Resolver;
import io.meltemi.proxy.dns.SystemResolver;
import io.meltemi.proxy.filter.ratelimit.GrpcRateLimitService;
import io.meltemi.proxy.filter.ratelimit.RateLimitService;
import io.meltemi.proxy.listener.ListenerPort;
import io.meltemi.proxy.loop.ConnectionRecords;
import io.meltemi.proxy.observe.GrpcClients;
import io.meltemi.proxy.observe.accesslog.AccessLogCompiler;
import io.meltemi.proxy.observe.accesslog.EventLogs;
import io.meltemi.proxy.observe.accesslog.FileWriter;
import io.meltemi.proxy.observe.accesslog.als.GrpcLogStreams;
import io.meltemi.proxy.observe.stats.StatsStore;
import io.meltemi.proxy.observe.tracing.TracingCompiler;
import io.meltemi.proxy.observe.tracing.WorkerRandom;
import io.meltemi.proxy.overload.GlobalConnections;
import io.meltemi.proxy.overload.OverloadCompiler;
import io.meltemi.proxy.overload.OverloadSettings;
import io.meltemi.proxy.overload.OverloadWatch;
import io.meltemi.proxy.overload.WorkerOverload;
import io.meltemi.proxy.runtime.RuntimeLayers;
import io.meltemi.proxy.tls.SecretStore;
import io.meltemi.proxy.tls.TlsContexts;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The parts of a proxy that live as long as it does. Thread-safe.
final class ProxyRuntime implements AutoCloseable {
    /// Bounds how long an end waits for what is under way.
    private static final long CLOSE_MILLIS = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(ProxyRuntime.class);
    private static final long STATS_FLUSH_SECONDS = 5;

    /// Twice this long a stolen key opens what its tickets sealed: at most a day.
    private static final long TICKET_KEY_HOURS = 12;

    private final Bootstrap bootstrap;
    private final ProxyEnvironment environment;
    private final GrpcChannels channels;
    private final StatsStore stats;
    private final SecretStore secrets = new SecretStore();
    private final TlsContexts tls;
    private final FileWriter logFiles;
    private final EventLogs eventLogs;
    private @Nullable OutlierEventLog outlierLog;
    private final GrpcLogStreams logStreams;
    private final AccessLogCompiler accessLogs;
    private final TracingCompiler tracing;
    private final List<Worker> workers = new ArrayList<>();
    private final long startedNanos;
    private final long startedMillis = System.currentTimeMillis();
    private final DrainSequence drainSequence;
    private final ConfigPlace runtimeAt = ConfigPlace.root("layered_runtime");
    private final RuntimeLayers keys;
    private final ConfigPlace overloadAt = ConfigPlace.root("overload_manager");
    private final OverloadSettings overload;
    private final GlobalConnections connections;

    private final ConfigurationThread configurationThread =
            new ConfigurationThread(e -> LOG.error("bug: a change of configuration failed", e));

    private final ConfigPlace resolverAt = ConfigPlace.root("typed_dns_resolver_config");
    private final @Nullable Resolver resolver;
    private final DnsCaches dnsCaches;
    private volatile boolean draining;
    private volatile boolean healthCheckFailed;

    ProxyRuntime(Bootstrap bootstrap, ProxyEnvironment environment) {
        this.bootstrap = bootstrap;
        this.environment = environment;
        this.startedNanos = environment.ticker().nanos();
        this.drainSequence = new DrainSequence(environment.ticker(), environment.drainTime());
        this.keys = new RuntimeLayers(bootstrap.getLayeredRuntime(), runtimeAt);
        this.channels = environment.channels().apply(bootstrap);
        this.stats =
                new StatsStore(
                        environment.workers(),
                        bootstrap.getStatsConfig(),
                        StatsStore.DEFAULT_MAX_SERIES);
        this.overload =
                bootstrap.hasOverloadManager()
                        ? OverloadCompiler.compile(bootstrap.getOverloadManager(), overloadAt)
                        : OverloadSettings.NONE;
        this.connections = new GlobalConnections(overload.mostConnections(), keys, stats);
        this.tls = new TlsContexts(secrets, stats);
        this.resolver =
                bootstrap.hasTypedDnsResolverConfig()
                        ? ResolverCompiler.compile(
                                bootstrap.getTypedDnsResolverConfig(), resolverAt)
                        : null;
        this.dnsCaches =
                new DnsCaches(
                        stats,
                        configurationThread,
                        environment.ticker(),
                        resolver == null ? new SystemResolver() : resolver);
        this.logFiles = new FileWriter(stats, environment.logFlush());
        this.eventLogs = new EventLogs(logFiles);
        GrpcClients clients =
                new GrpcClients(channels::channel, configurationThread, bootstrap.getNode());
        this.logStreams = new GrpcLogStreams(clients, stats, System.getenv());
        this.accessLogs = new AccessLogCompiler(logFiles, logStreams, hostname(), keys);
        this.tracing =
                new TracingCompiler(
                        clients,
                        stats,
                        new WorkerRandom(environment.workers()),
                        System.getenv(),
                        index -> workers.get(index).calls(),
                        keys);
        ConnectionRecords records = new ConnectionRecords();
        for (int i = 0; i < environment.workers(); i++) {
            EventLoop loop = environment.eventLoops().next();
            workers.add(
                    new Worker(
                            loop,
                            i,
                            environment.ticker(),
                            records,
                            environment.workers() > 1,
                            environment.socketMark(),
                            environment.drainTime(),
                            bootstrap.getClusterManager().getLocalClusterName(),
                            accepting(i),
                            overload.timeouts(),
                            () -> draining || healthCheckFailed || drainSequence.endsConnection()));
        }
        var _ =
                configurationThread.scheduleAtFixedRate(
                        stats::flushHistograms,
                        STATS_FLUSH_SECONDS,
                        STATS_FLUSH_SECONDS,
                        TimeUnit.SECONDS);
        var _ =
                configurationThread.scheduleAtFixedRate(
                        tls::rotateTicketKeys, TICKET_KEY_HOURS, TICKET_KEY_HOURS, TimeUnit.HOURS);
    }

    private ListenerPort.Accepting accepting(int worker) {
        return new ListenerPort.Accepting(
                keys,
                connections,
                overload.isWatching()
                        ? new WorkerOverload(overload, stats, worker, new SplittableRandom())
                        : null);
    }

    /// Begins to watch what the bootstrap's overload manager names, if anything.
    void watchOverload() {
        if (!overload.isWatching()) {
            return;
        }
        OverloadWatch watch =
                new OverloadWatch(
                        overload,
                        connections,
                        stats,
                        states ->
                                workers.forEach(worker ->
                                        worker.execute(() -> worker.putOverload(states))));
        var _ =
                configurationThread.scheduleAtFixedRate(
                        watch::refresh,
                        overload.refreshNanos(),
                        overload.refreshNanos(),
                        TimeUnit.NANOSECONDS);
    }

    /// What is wrong with the overload manager.
    ConfigPlace overloadProblems() {
        return overloadAt;
    }

    /// What is wrong with how names are to be resolved.
    ConfigPlace resolverProblems() {
        return resolverAt;
    }

    /// The bootstrap's resolver, or null for the system's.
    @Nullable Resolver resolver() {
        return resolver;
    }

    private static String hostname() {
        try {
            return java.net.InetAddress.getLocalHost().getHostName();
        } catch (java.net.UnknownHostException _) {
            return "localhost";
        }
    }

    Bootstrap bootstrap() {
        return bootstrap;
    }

    /// Who we say we are.
    Node node() {
        return bootstrap.getNode().toBuilder().setUserAgentName("meltemi").build();
    }

    ProxyEnvironment environment() {
        return environment;
    }

    GrpcChannels channels() {
        return channels;
    }

    StatsStore stats() {
        return stats;
    }

    DnsCaches dnsCaches() {
        return dnsCaches;
    }

    SecretStore secrets() {
        return secrets;
    }

    TlsContexts tls() {
        return tls;
    }

    TracingCompiler tracing() {
        return tracing;
    }

    AccessLogCompiler accessLogs() {
        return accessLogs;
    }

    List<Worker> workers() {
        return workers;
    }

    ScheduledExecutorService configurationThread() {
        return configurationThread;
    }

    EventLogs eventLogs() {
        return eventLogs;
    }

    /// Where ejections are written to, or null. Only on the configuration thread.
    @Nullable OutlierEventLog outlierLog() {
        String path = bootstrap.getClusterManager().getOutlierDetection().getEventLogPath();
        if (outlierLog == null && !path.isEmpty()) {
            outlierLog = new OutlierEventLog(eventLogs.open(path), workers.getFirst());
        }
        return outlierLog;
    }

    FileWriter logFiles() {
        return logFiles;
    }

    /// What is wrong with the runtime layers.
    ConfigPlace runtimeProblems() {
        return runtimeAt;
    }

    RuntimeLayers keys() {
        return keys;
    }

    DrainSequence drainSequence() {
        return drainSequence;
    }

    /// Wall clock.
    long startedMillis() {
        return startedMillis;
    }

    long uptimeSeconds() {
        return (environment.ticker().nanos() - startedNanos) / 1_000_000_000L;
    }

    /// The rate limit service a filter names.
    @Nullable RateLimitService rateLimits(GrpcService service, ConfigPlace at) {
        String cluster = service.getEnvoyGrpc().getClusterName();
        try {
            return new GrpcRateLimitService(channels.channel(cluster));
        } catch (IllegalArgumentException e) {
            at.refuse(String.valueOf(e.getMessage()));
            return null;
        }
    }

    boolean isDraining() {
        return draining;
    }

    void drain() {
        draining = true;
    }

    boolean isHealthCheckFailed() {
        return healthCheckFailed;
    }

    void setHealthCheckFailed(boolean failed) {
        healthCheckFailed = failed;
    }

    /// Runs something on every worker and waits until all have done it.
    void onWorkers(Consumer<Worker> task) {
        onWorkersUntil(worker -> {
            task.accept(worker);
            return worker.eventLoop().newSucceededFuture(null);
        });
    }

    /// Begins something on every worker and waits until it has come to its end on all.
    @SuppressWarnings("FutureReturnValueIgnored") // the listener is what waits
    void onWorkersUntil(Function<Worker, Future<?>> task) {
        CountDownLatch done = new CountDownLatch(workers.size());
        for (Worker worker : workers) {
            worker.execute(() -> {
                try {
                    task.apply(worker).addListener(_ -> done.countDown());
                } catch (RuntimeException e) {
                    done.countDown();
                    throw e;
                }
            });
        }
        try {
            if (!done.await(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("a worker did not answer within 10 s");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        onWorkers(Worker::close);
        tls.close();
        tracing.close();
        logStreams.close();
        logFiles.close();
        channels.close();
        // The last, behind what it still has to do: streams to the control plane are ended there,
        // and their channel may be the agent's, which lives on.
        configurationThread.execute(configurationThread::shutdownNow);
        // Whoever closes the event loops next would strand what is still being sent over them.
        configurationThread.awaitEnd(CLOSE_MILLIS);
    }
}
