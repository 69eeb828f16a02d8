package io.meltemi.proxy;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.bootstrap.v3.RuntimeLayer;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.service.runtime.v3.Runtime;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.config.ClusterCompiler;
import io.meltemi.proxy.config.ClusterCompiler.CompiledCluster;
import io.meltemi.proxy.config.CompileContext;
import io.meltemi.proxy.config.ListenerCompiler;
import io.meltemi.proxy.config.ListenerCompiler.CompiledListener;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import io.meltemi.proxy.filter.ExtensionSlot;
import io.meltemi.proxy.http.ClusterLookup;
import io.meltemi.proxy.observe.stats.TiedStats;
import io.meltemi.proxy.tls.TlsConfigException;
import io.meltemi.proxy.xds.SourceCompiler;
import io.meltemi.proxy.xds.Subscriptions;
import io.meltemi.proxy.xds.Wish;
import io.meltemi.proxy.xds.WishFinder;
import io.meltemi.proxy.xds.XdsSource;
import io.meltemi.xds.client.ResourceProblem;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The configuration in force and the one that is still warming: static resources, and what a
/// control plane sends. Confined to the configuration thread but for what says otherwise.
///
/// A cluster is published to the workers when its endpoints and secrets are there, a listener when
/// its routes and secrets are; until then what was in force stays. A resource that is wrong is
/// refused alone, and the last good one stays in force.
@SuppressWarnings("FutureReturnValueIgnored") // tasks that fail are logged
final class ActiveConfiguration implements Subscriptions.Target, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ActiveConfiguration.class);

    /// Then a cluster goes on without the names that cannot be resolved.
    private static final long FIRST_RESOLUTION_NANOS = 15_000_000_000L;

    private final ProxyRuntime runtime;
    private final ClusterCompiler clusterCompiler;
    private final ListenerCompiler listenerCompiler;
    private final Set<String> staticClusters;
    private final ActiveClusters clusters;
    private final ActiveListeners listeners;
    private final ActiveRoutes routes;
    private final ActiveScopes scopes;
    private final ActiveExtensions extensions;
    private final ClustersOnDemand clustersOnDemand;
    private final SourceCompiler sources;
    private final Subscriptions subscriptions;
    private final LoadReporting loads;
    private final HealthReporting health;
    private final List<Wish> runtimes = new ArrayList<>();
    private @Nullable Wish allClusters;
    private boolean clustersAsked;
    private @Nullable Wish allListeners;
    private boolean isStarted;
    private boolean listenersAsked;
    private volatile boolean ready;

    ActiveConfiguration(ProxyRuntime runtime) {
        this.runtime = runtime;
        Bootstrap bootstrap = runtime.bootstrap();
        this.staticClusters =
                bootstrap.getStaticResources().getClustersList().stream()
                        .map(Cluster::getName)
                        .collect(Collectors.toUnmodifiableSet());
        CompileContext context =
                new CompileContext(
                        runtime.stats(),
                        new TiedStats(runtime.stats()),
                        runtime.tls(),
                        runtime.accessLogs(),
                        runtime.tracing(),
                        runtime::rateLimits,
                        runtime.environment().ticker(),
                        bootstrap.getNode(),
                        runtime::isHealthCheckFailed,
                        runtime.keys(),
                        this::isCluster,
                        http1Clusters(bootstrap),
                        this::routeSlot,
                        this::scopeSlot,
                        runtime.dnsCaches(),
                        this::extensionSlot,
                        this::clusterLookup);
        this.clusterCompiler =
                new ClusterCompiler(
                        runtime.tls(),
                        runtime.eventLogs(),
                        bootstrap.getClusterManager().getUpstreamBindConfig(),
                        runtime.dnsCaches(),
                        runtime.resolver(),
                        own(bootstrap),
                        bootstrap.getNode(),
                        context.rootStats());
        this.listenerCompiler = new ListenerCompiler(context);
        this.sources = new SourceCompiler(runtime.channels()::channel, runtime.secrets()::contains);
        this.subscriptions =
                new Subscriptions(
                        new Subscriptions.Surroundings(
                                runtime.channels()::channel,
                                runtime.node(),
                                runtime.configurationThread(),
                                runtime.stats()),
                        this);
        this.extensions = new ActiveExtensions(subscriptions::conflicted);
        this.routes =
                new ActiveRoutes(
                        context::filterConfigs,
                        this::isCluster,
                        sources,
                        this::later,
                        slots ->
                                new HostsOnDemand(
                                        slots,
                                        subscriptions,
                                        runtime.configurationThread(),
                                        runtime.environment().ticker()));
        ClusterChecks checks = new ClusterChecks(runtime, this::publishQuietly);
        Needs needs = new Needs(sources, subscriptions, this::hasCome);
        this.scopes =
                new ActiveScopes(context::filterConfigs, this::isCluster, sources, routes::slot);
        this.clusters =
                new ActiveClusters(
                        runtime,
                        clusterCompiler,
                        new ClusterEndpoints(
                                runtime.configurationThread(),
                                runtime.dnsCaches(),
                                this::publishQuietly),
                        checks,
                        lateness -> later(lateness, FIRST_RESOLUTION_NANOS),
                        needs);
        this.clustersOnDemand =
                new ClustersOnDemand(
                        sources,
                        subscriptions,
                        runtime.configurationThread(),
                        runtime.environment().ticker(),
                        bootstrap.getDynamicResources().getAdsConfig().getApiType(),
                        name -> clusters.inForce().containsKey(name),
                        this::dropCluster);
        this.loads = new LoadReporting(runtime, sources, clusters);
        this.health =
                new HealthReporting(
                        runtime,
                        sources,
                        new DelegatedChecks(
                                runtime, clusterCompiler, checks, needs, clusters::has));
        this.listeners = new ActiveListeners(runtime, listenerCompiler, needs);
    }

    private static Set<String> http1Clusters(Bootstrap bootstrap) {
        return bootstrap.getStaticResources().getClustersList().stream()
                .filter(ClusterCompiler::speaksHttp1)
                .map(Cluster::getName)
                .collect(Collectors.toUnmodifiableSet());
    }

    private boolean isCluster(String name) {
        return staticClusters.contains(name) || clusters.has(name);
    }

    private RouteSlot routeSlot(Rds rds) {
        return WishFinder.routes(rds, sources).map(routes::slot).orElseGet(RouteSlot::new);
    }

    private ScopeSlot scopeSlot(ScopedRoutes proto, String statPrefix) {
        return scopes.slot(proto, statPrefix);
    }

    private ExtensionSlot extensionSlot(ConfigSource source, String name) {
        return WishFinder.extension(source, name, sources)
                .map(extensions::slot)
                .orElseGet(() -> new ExtensionSlot(() -> {}));
    }

    private @Nullable ClusterLookup clusterLookup(ConfigSource source, ConfigPlace at) {
        return clustersOnDemand.lookup(source, at);
    }

    private void dropCluster(String name) {
        clusters.remove(name);
        subscribe();
    }

    /// Whether nobody need wait for it any more.
    private boolean hasCome(Wish wish) {
        return switch (wish.key().type()) {
            case ROUTE ->
                    routes.hasCome(wish.key())
                            || (subscriptions.isSettled(wish.key())
                                    && !routes.awaitsHosts(wish.key()));
            // Envoy: with the routes that its scopes name.
            case SCOPED_ROUTE ->
                    subscriptions.isSettled(wish.key())
                            && scopes.routes(wish.key()).stream().allMatch(this::hasCome);
            case SECRET ->
                    runtime.secrets().contains(wish.key().name())
                            || subscriptions.isSettled(wish.key());
            case ENDPOINT ->
                    clusters.hasEndpoints(wish.key()) || subscriptions.isSettled(wish.key());
            case EXTENSION -> extensions.hasCome(wish.key()) || subscriptions.isSettled(wish.key());
            case CLUSTER, LISTENER, VIRTUAL_HOST, RUNTIME, NAME_TABLE ->
                    subscriptions.isSettled(wish.key());
        };
    }

    private static Endpoint.@Nullable Locality own(Bootstrap bootstrap) {
        var locality = bootstrap.getNode().getLocality();
        return bootstrap.getClusterManager().getLocalClusterName().isEmpty()
                ? null
                : new Endpoint.Locality(
                        locality.getRegion(), locality.getZone(), locality.getSubZone());
    }

    /// Checks a bootstrap without putting anything in force. From any thread.
    static void validate(Bootstrap bootstrap) throws ConfigRefusedException {
        var loops =
                new io.netty.channel.MultiThreadIoEventLoopGroup(
                        1, io.netty.channel.nio.NioIoHandler.newFactory());
        try (ProxyRuntime runtime = new ProxyRuntime(bootstrap, ProxyEnvironment.of(loops, 1))) {
            var _ = new ActiveConfiguration(runtime).compileStatic();
        } finally {
            var _ = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    /// What a bootstrap's own resources are, compiled; nothing is put in force. From any thread.
    StaticResources compileStatic() throws ConfigRefusedException {
        return StaticResources.compile(runtime, clusterCompiler, listenerCompiler, sources);
    }

    /// Puts static resources in force. From any thread.
    void startStatic() throws IOException, ConfigRefusedException {
        Future<@Nullable Exception> done =
                runtime.configurationThread()
                        .submit(() -> {
                            try {
                                putStatic(compileStatic());
                                return null;
                            } catch (IOException | ConfigRefusedException e) {
                                return e;
                            }
                        });
        switch (await(done)) {
            case null -> {}
            case IOException e -> throw e;
            case ConfigRefusedException e -> throw e;
            case Exception e -> throw new IllegalStateException(e);
        }
    }

    private static @Nullable Exception await(Future<@Nullable Exception> done) {
        try {
            return done.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("configuration failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return e;
        }
    }

    private void putStatic(StaticResources resources) throws IOException {
        for (CompiledCluster compiled : resources.clusters()) {
            clusters.begin(compiled, wishes(compiled.proto()), true, "");
        }
        for (CompiledListener compiled : resources.listeners()) {
            listeners.begin(compiled, wishes(compiled.proto()), true, "");
        }
        publishReady();
        listeners.requireSockets();
    }

    /// Connects to the control plane, if the bootstrap names one. From any thread.
    void startDynamic() {
        runtime.configurationThread().execute(this::connect);
    }

    /// What a resource needs that is checked already.
    private Set<Wish> wishes(Message checked) {
        return WishFinder.find(checked, sources, ConfigPlace.root(""));
    }

    private void connect() {
        var dynamic = runtime.bootstrap().getDynamicResources();
        if (dynamic.hasAdsConfig()) {
            XdsSource.Grpc ads = sources.compile(dynamic.getAdsConfig(), ConfigPlace.root(""));
            if (ads != null) {
                subscriptions.ads(ads);
            }
        }
        clustersOnDemand.connected();
        if (dynamic.hasCdsConfig()) {
            allClusters = all(ResourceType.CLUSTER, dynamic.getCdsConfig(), "cluster_manager.cds.");
        }
        if (dynamic.hasLdsConfig()) {
            allListeners =
                    all(ResourceType.LISTENER, dynamic.getLdsConfig(), "listener_manager.lds.");
        }
        for (RuntimeLayer layer : runtime.bootstrap().getLayeredRuntime().getLayersList()) {
            if (layer.hasRtdsLayer()) {
                values(layer.getRtdsLayer());
            }
        }
        isStarted = true;
        runtimes.forEach(subscriptions::want);
        subscribe();
        publishQuietly();
    }

    private void values(RuntimeLayer.RtdsLayer layer) {
        XdsSource source = sources.compile(layer.getRtdsConfig(), ConfigPlace.root(""));
        if (source != null) {
            runtimes.add(
                    new Wish(
                            new Wish.Key(source, ResourceType.RUNTIME, layer.getName()),
                            SourceCompiler.initialFetchNanos(layer.getRtdsConfig()),
                            "runtime."));
        }
    }

    private @Nullable Wish all(ResourceType type, ConfigSource config, String statPrefix) {
        XdsSource source = sources.compile(config, ConfigPlace.root(""));
        return source == null
                ? null
                : new Wish(
                        new Wish.Key(source, type, Wish.ALL),
                        SourceCompiler.initialFetchNanos(config),
                        statPrefix);
    }

    @Override
    public List<ResourceProblem> apply(Subscriptions.Delivery delivery) {
        ResourceType type = delivery.type();
        if (type == ResourceType.VIRTUAL_HOST) {
            return routes.applyHosts(
                    delivery, body -> parse(body, VirtualHost.getDefaultInstance()));
        }
        if (type == ResourceType.SCOPED_ROUTE) {
            return applyScopes(delivery);
        }
        List<ResourceProblem> problems = new ArrayList<>();
        if (type == ResourceType.LISTENER) {
            listeners.forgetRefused();
            // Envoy: first the listeners that go, whose addresses others may take over.
            delivery.removed().forEach(name -> remove(key(delivery, name)));
        }
        for (XdsResource resource : delivery.changed()) {
            String problem = apply(key(delivery, resource.name()), resource);
            if (problem != null) {
                LOG.warn("{} '{}' is refused: {}", type, resource.name(), problem);
                problems.add(new ResourceProblem(resource.name(), problem));
                if (type == ResourceType.LISTENER) {
                    listeners.refuse(resource, problem);
                }
            }
        }
        if (type != ResourceType.LISTENER) {
            delivery.removed().forEach(name -> remove(key(delivery, name)));
        }
        if (type == ResourceType.CLUSTER) {
            clustersOnDemand.delivered(delivery, problems);
        }
        if (type == ResourceType.CLUSTER
                || type == ResourceType.LISTENER
                || routes.takeWishesChanged()) {
            subscribe();
        }
        return problems;
    }

    private List<ResourceProblem> applyScopes(Subscriptions.Delivery delivery) {
        List<ResourceProblem> problems =
                scopes.apply(
                        delivery,
                        resource ->
                                parse(
                                        resource.body(),
                                        ScopedRouteConfiguration.getDefaultInstance()));
        subscribe();
        return problems;
    }

    private static Wish.Key key(Subscriptions.Delivery delivery, String name) {
        return new Wish.Key(delivery.source(), delivery.type(), name);
    }

    @Override
    public void settled(ResourceType type) {
        publishQuietly();
    }

    /// Why a resource is refused, or null.
    private @Nullable String apply(Wish.Key key, XdsResource resource) {
        try {
            Any body = resource.body();
            switch (resource.type()) {
                case CLUSTER -> {
                    return clusters.apply(
                            parse(body, Cluster.getDefaultInstance()), resource.version());
                }
                case LISTENER -> {
                    return listeners.apply(
                            parse(body, Listener.getDefaultInstance()), resource.version());
                }
                case ENDPOINT ->
                        clusters.applyEndpoints(
                                key, parse(body, ClusterLoadAssignment.getDefaultInstance()));
                case ROUTE ->
                        routes.apply(
                                key,
                                parse(body, RouteConfiguration.getDefaultInstance()),
                                resource.version());
                case EXTENSION ->
                        extensions.apply(
                                key,
                                parse(body, TypedExtensionConfig.getDefaultInstance()),
                                resource.version(),
                                listeners.all());
                case SECRET -> runtime.secrets().put(parse(body, Secret.getDefaultInstance()));
                case RUNTIME ->
                        runtime.keys()
                                .fill(
                                        resource.name(),
                                        parse(body, Runtime.getDefaultInstance()).getLayer());
                case SCOPED_ROUTE, VIRTUAL_HOST, NAME_TABLE -> {}
            }
            return null;
        } catch (InvalidProtocolBufferException e) {
            return "cannot be read: " + e.getMessage();
        } catch (ConfigRefusedException | TlsConfigException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @SuppressWarnings("unchecked") // a message's parser makes messages of its type
    private <T extends Message> T parse(Any body, T kind) throws InvalidProtocolBufferException {
        var parser = (com.google.protobuf.Parser<T>) kind.getParserForType();
        return runtime.environment().allowUnknownDynamicFields()
                ? com.google.protobuf.DiscardUnknownFieldsParser.wrap(parser)
                        .parseFrom(body.getValue())
                : parser.parseFrom(body.getValue());
    }

    private void later(Runnable lateness, long nanos) {
        runtime.configurationThread()
                .schedule(
                        () -> {
                            lateness.run();
                            publishQuietly();
                        },
                        nanos,
                        TimeUnit.NANOSECONDS);
    }

    private void remove(Wish.Key key) {
        String name = key.name();
        switch (key.type()) {
            case EXTENSION -> extensions.remove(key);
            case CLUSTER -> clusters.remove(name);
            case LISTENER -> listeners.remove(name);
            // Envoy: endpoints and routes stay until their cluster or listener goes.
            case ENDPOINT, SCOPED_ROUTE, ROUTE, VIRTUAL_HOST, RUNTIME, NAME_TABLE -> {}
            case SECRET -> runtime.secrets().remove(name);
        }
    }

    /// Asks for what the resources in force and those that warm need.
    private void subscribe() {
        Set<Wish> needed = new HashSet<>();
        clusters.all().forEach(each -> needed.addAll(each.wishes));
        listeners.all().forEach(each -> needed.addAll(each.wishes));
        for (Wish wish : List.copyOf(needed)) {
            if (wish.isFor(ResourceType.SCOPED_ROUTE)) {
                needed.addAll(scopes.routes(wish.key()));
            }
        }
        for (Wish wish : List.copyOf(needed)) {
            if (wish.isFor(ResourceType.ROUTE)) {
                routes.hosts(wish).ifPresent(needed::add);
            }
        }
        for (Wish.Key gone : subscriptions.retain(needed)) {
            switch (gone.type()) {
                case ENDPOINT -> clusters.forgetEndpoints(gone);
                case SCOPED_ROUTE -> scopes.forget(gone);
                case ROUTE -> routes.forget(gone);
                case SECRET -> runtime.secrets().remove(gone.name());
                case CLUSTER, EXTENSION, LISTENER, VIRTUAL_HOST, RUNTIME, NAME_TABLE -> {}
            }
        }
        extensions.retain(needed.stream().map(Wish::key).collect(Collectors.toSet()));
    }

    private void publishQuietly() {
        try {
            publishReady();
        } catch (IOException e) {
            LOG.error("{}", e.getMessage());
        }
    }

    /// Puts everything in force that has all it waits for: clusters before listeners.
    private void publishReady() throws IOException {
        clusters.publishWarm().forEach(clustersOnDemand::published);
        // Envoy: first the values of the runtime, which all else may ask for.
        if (isStarted && !clustersAsked && allClusters != null && haveValues()) {
            clustersAsked = true;
            subscriptions.want(allClusters);
        }
        if (isStarted && haveValues()) {
            loads.start();
            health.start();
        }
        boolean clustersCame =
                isStarted && haveValues() && isSettled(allClusters) && clusters.warming().isEmpty();
        if (clustersCame && !listenersAsked && allListeners != null) {
            listenersAsked = true;
            subscriptions.want(allListeners);
        }
        try {
            listeners.publishWarm();
        } finally {
            ready |=
                    clustersCame
                            && isSettled(allListeners)
                            && clusters.warming().isEmpty()
                            && listeners.warming().isEmpty();
        }
    }

    private boolean haveValues() {
        return runtimes.stream().allMatch(this::isSettled);
    }

    private boolean isSettled(@Nullable Wish wish) {
        return wish == null || subscriptions.isSettled(wish.key());
    }

    /// From any thread.
    boolean isReady() {
        return ready;
    }

    /// From any thread.
    Map<String, SocketAddress> boundAddresses() {
        return listeners.boundAddresses();
    }

    /// From any thread.
    void drainListeners() {
        runtime.onWorkers(Worker::drainListeners);
    }

    /// Closes the sockets of listeners; connections that are open go on. From any thread.
    ///
    /// @param inboundOnly whether only listeners of inbound traffic are meant
    void stopListening(boolean inboundOnly) {
        Set<String> names = read(_ -> listeners.names(inboundOnly));
        runtime.onWorkers(worker -> worker.stopListening(names));
    }

    /// Reads the configuration on its own thread. From any thread.
    <T> T read(java.util.function.Function<ConfigurationView, T> reader) {
        try {
            return runtime.configurationThread()
                    .submit(() ->
                            reader.apply(
                                    new ConfigurationView(
                                            clusters,
                                            listeners,
                                            routes,
                                            scopes,
                                            extensions,
                                            this::hasCome)))
                    .get(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException("the configuration cannot be read", e);
        }
    }

    @Override
    public void close() {
        runtime.configurationThread()
                .execute(() -> {
                    subscriptions.close();
                    loads.close();
                    health.close();
                    clusters.all().forEach(ActiveCluster::stop);
                });
    }
}
