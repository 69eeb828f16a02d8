package io.meltemi.proxy;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.grpc.Status;
import io.meltemi.proxy.cluster.Cluster;
import io.meltemi.proxy.cluster.ClusterSettings.Discovery;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.EndpointSet;
import io.meltemi.proxy.config.ClusterCompiler;
import io.meltemi.proxy.config.ClusterCompiler.CompiledCluster;
import io.meltemi.proxy.config.CompileContext;
import io.meltemi.proxy.config.ListenerCompiler;
import io.meltemi.proxy.config.ListenerCompiler.CompiledListener;
import io.meltemi.proxy.config.ProxyFields;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import io.meltemi.proxy.config.route.RouteConfigCompiler;
import io.meltemi.proxy.listener.ListenerSettings;
import io.meltemi.proxy.listener.ListenerStats;
import io.meltemi.proxy.tls.TlsConfigException;
import io.meltemi.xds.client.AdsClient;
import io.meltemi.xds.client.AdsTransport;
import io.meltemi.xds.client.ResourceListener;
import io.meltemi.xds.client.ResourceProblem;
import io.meltemi.xds.client.StatusText;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The configuration in force and the one that is still warming: static resources, and what a
/// control plane sends. Confined to the configuration thread but for what says otherwise.
///
/// A cluster is published to the workers when its endpoints and secrets are there, a listener when
/// its routes and secrets are; until then what was in force stays. A resource that is wrong is
/// refused alone, and the last good one stays in force.
@SuppressWarnings(
        "FutureReturnValueIgnored") // a bind's future is read, and tasks that fail are logged
final class ActiveConfiguration implements ResourceListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ActiveConfiguration.class);

    /// Envoy's `initial_fetch_timeout`: then a resource goes on without what it waits for.
    private static final long INITIAL_FETCH_SECONDS = 15;

    private final ProxyRuntime runtime;
    private final ClusterCompiler clusterCompiler;
    private final ListenerCompiler listenerCompiler;
    private final CompileContext context;
    private final Map<String, ActiveCluster> clusters = new TreeMap<>();
    private final Map<String, ActiveCluster> warmingClusters = new TreeMap<>();
    private final Map<String, ActiveListener> listeners = new TreeMap<>();
    private final Map<String, ActiveListener> warmingListeners = new TreeMap<>();
    private final Map<String, RouteSlot> routes = new TreeMap<>();
    private final Map<String, ClusterLoadAssignment> assignments = new TreeMap<>();
    private final Map<String, AdsClient> secretClients = new HashMap<>();
    private final Set<String> secretsAsked = new HashSet<>();
    private @Nullable AdsClient ads;
    private boolean clustersSeen;
    private boolean listenersSeen;
    private boolean listenersAsked;
    private volatile boolean ready;

    /// Thread-safe.
    private final Map<String, SocketAddress> bound = new ConcurrentSkipListMap<>();

    ActiveConfiguration(ProxyRuntime runtime) {
        this.runtime = runtime;
        Bootstrap bootstrap = runtime.bootstrap();
        this.context =
                new CompileContext(
                        runtime.stats(),
                        runtime.tls(),
                        runtime.accessLogs(),
                        runtime.tracing(),
                        runtime::rateLimits,
                        runtime.environment().ticker(),
                        bootstrap.getNode().getCluster(),
                        bootstrap.getNode().getId(),
                        runtime::isHealthCheckFailed,
                        name -> routes.computeIfAbsent(name, _ -> new RouteSlot()));
        this.clusterCompiler =
                new ClusterCompiler(
                        runtime.tls(),
                        bootstrap.getClusterManager().getUpstreamBindConfig(),
                        own(bootstrap));
        this.listenerCompiler = new ListenerCompiler(context);
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
            new ActiveConfiguration(runtime).compileStatic();
        } finally {
            var _ = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    /// What static resources compile to. Immutable.
    private record StaticResources(
            List<CompiledCluster> clusters, List<CompiledListener> listeners) {}

    private StaticResources compileStatic() throws ConfigRefusedException {
        Bootstrap bootstrap = runtime.bootstrap();
        ConfigPlace root = ConfigPlace.root("");
        ConfigPlace at = root.field("static_resources");
        checkShell(bootstrap, root);
        runtime.runtimeProblems()
                .problems()
                .forEach(problem -> root.field(problem.path()).refuse(problem.reason()));
        for (int i = 0; i < bootstrap.getStaticResources().getSecretsCount(); i++) {
            try {
                runtime.secrets().put(bootstrap.getStaticResources().getSecrets(i));
            } catch (TlsConfigException e) {
                ConfigPlace place = at.element("secrets", i);
                e.problems().forEach(place::refuse);
            }
        }
        List<CompiledCluster> compiledClusters = new ArrayList<>();
        for (int i = 0; i < bootstrap.getStaticResources().getClustersCount(); i++) {
            ConfigPlace place = at.element("clusters", i);
            clusterCompiler
                    .compile(bootstrap.getStaticResources().getClusters(i), place)
                    .ifPresent(cluster -> {
                        check(cluster, place);
                        compiledClusters.add(cluster);
                    });
        }
        List<CompiledListener> compiledListeners = new ArrayList<>();
        for (int i = 0; i < bootstrap.getStaticResources().getListenersCount(); i++) {
            Listener listener = bootstrap.getStaticResources().getListeners(i);
            if (listener.getName().isEmpty()) {
                // Envoy names it by a UUID; a number can be found again.
                listener = listener.toBuilder().setName("listener_" + i).build();
            }
            listenerCompiler
                    .compile(listener, at.element("listeners", i))
                    .ifPresent(compiledListeners::add);
        }
        root.throwIfRefused("bootstrap");
        return new StaticResources(compiledClusters, compiledListeners);
    }

    /// The bootstrap without clusters and listeners, which are checked where they are compiled.
    private static void checkShell(Bootstrap bootstrap, ConfigPlace root) {
        Bootstrap.Builder shell = bootstrap.toBuilder();
        shell.getStaticResourcesBuilder().clearClusters().clearListeners();
        ProxyFields.all().check(shell.build(), root);
    }

    private static void check(CompiledCluster cluster, ConfigPlace at) {
        if (cluster.settings().discovery() instanceof Discovery.Static) {
            cluster.endpoints(
                    cluster.proto().getLoadAssignment(), Map.of(), at.field("load_assignment"));
        }
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
            begin(compiled, true, "");
        }
        for (CompiledListener compiled : resources.listeners()) {
            warmingListeners.put(compiled.settings().name(), active(compiled, true, ""));
        }
        publishReady();
        for (ActiveListener listener : listeners.values()) {
            if (listener.bound == null && listener.compiled.settings().bindsToPort()) {
                throw new IOException("listener '" + listener.name() + "' is not bound");
            }
        }
    }

    /// Connects to the control plane, if the bootstrap names one. From any thread.
    void startDynamic() {
        runtime.configurationThread().execute(this::connect);
    }

    private void connect() {
        Bootstrap bootstrap = runtime.bootstrap();
        var dynamic = bootstrap.getDynamicResources();
        boolean wantsClusters = dynamic.hasCdsConfig();
        boolean wantsListeners = dynamic.hasLdsConfig();
        if (dynamic.hasAdsConfig() && dynamic.getAdsConfig().getGrpcServicesCount() > 0) {
            String cluster =
                    dynamic.getAdsConfig().getGrpcServices(0).getEnvoyGrpc().getClusterName();
            ads = client(cluster, AdsTransport.AGGREGATED);
            if (wantsClusters) {
                ads.subscribeAll(ResourceType.CLUSTER);
            }
            subscribeEndpoints();
            subscribeRoutes();
            ads.start();
        }
        clustersSeen |= !wantsClusters;
        listenersSeen |= !wantsListeners;
        listenersAsked |= !wantsListeners;
        subscribeSecrets();
        publishQuietly();
    }

    private AdsClient client(String cluster, AdsTransport transport) {
        return new AdsClient(
                runtime.channels().channel(cluster),
                transport,
                runtime.bootstrap().getNode().toBuilder().setUserAgentName("meltemi").build(),
                runtime.configurationThread(),
                new SplittableRandom(),
                this);
    }

    @Override
    public List<ResourceProblem> onResources(
            ResourceType type,
            List<XdsResource> changed,
            List<String> removed,
            String systemVersion) {
        List<ResourceProblem> problems = new ArrayList<>();
        if (type == ResourceType.LISTENER) {
            // Envoy: first the listeners that go, whose addresses others may take over.
            removed.forEach(name -> remove(type, name));
        }
        for (XdsResource resource : changed) {
            String problem = apply(resource);
            if (problem != null) {
                LOG.warn("{} '{}' is refused: {}", type, resource.name(), problem);
                problems.add(new ResourceProblem(resource.name(), problem));
            }
        }
        if (type != ResourceType.LISTENER) {
            removed.forEach(name -> remove(type, name));
        }
        clustersSeen |= type == ResourceType.CLUSTER;
        listenersSeen |= type == ResourceType.LISTENER;
        subscribeEndpoints();
        subscribeRoutes();
        subscribeSecrets();
        publishQuietly();
        return problems;
    }

    @Override
    public void onDisconnected(Status cause) {
        LOG.warn(
                "the control plane is not there, what it sent last stays in force: {}",
                StatusText.of(cause));
    }

    /// Why a resource is refused, or null.
    private @Nullable String apply(XdsResource resource) {
        try {
            Any body = resource.body();
            return switch (resource.type()) {
                case CLUSTER ->
                        applyCluster(
                                parse(
                                        body,
                                        io.envoyproxy.envoy.config.cluster.v3.Cluster
                                                .getDefaultInstance()),
                                resource.version());
                case ENDPOINT ->
                        applyEndpoints(
                                resource.name(),
                                parse(body, ClusterLoadAssignment.getDefaultInstance()));
                case LISTENER ->
                        applyListener(
                                parse(body, Listener.getDefaultInstance()), resource.version());
                case ROUTE ->
                        applyRoutes(
                                resource.name(),
                                parse(body, RouteConfiguration.getDefaultInstance()),
                                resource.version());
                case SECRET -> {
                    runtime.secrets().put(parse(body, Secret.getDefaultInstance()));
                    yield null;
                }
                case NAME_TABLE -> null;
            };
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

    private @Nullable String applyCluster(
            io.envoyproxy.envoy.config.cluster.v3.Cluster proto, String version)
            throws ConfigRefusedException {
        ActiveCluster known = warmingClusters.getOrDefault(proto.getName(), inForce(proto));
        if (known != null && known.compiled.proto().equals(proto)) {
            return null;
        }
        if (known != null && known.isStatic) {
            return "a static cluster has this name";
        }
        ConfigPlace root = ConfigPlace.root("");
        Optional<CompiledCluster> compiled = clusterCompiler.compile(proto, root);
        compiled.ifPresent(cluster -> check(cluster, root));
        root.throwIfRefused("cluster '" + proto.getName() + "'");
        compiled.ifPresent(cluster -> begin(cluster, false, version));
        return null;
    }

    private @Nullable ActiveCluster inForce(io.envoyproxy.envoy.config.cluster.v3.Cluster proto) {
        return clusters.get(proto.getName());
    }

    /// Makes a cluster that warms until it can be published.
    private void begin(CompiledCluster compiled, boolean isStatic, String version) {
        Map<String, String> secrets = new HashMap<>();
        SecretSources.find(compiled.proto(), secrets);
        Cluster cluster =
                new Cluster(compiled.settings(), runtime.stats(), runtime.environment().ticker());
        ActiveCluster active =
                new ActiveCluster(
                        compiled, cluster, isStatic, version, Set.copyOf(secrets.keySet()));
        ActiveCluster replaced = warmingClusters.put(cluster.name(), active);
        if (replaced != null) {
            replaced.stop();
        }
        switch (compiled.settings().discovery()) {
            case Discovery.Static _ -> setEndpoints(active, compiled.proto().getLoadAssignment());
            case Discovery.Eds(String service) -> {
                ClusterLoadAssignment assignment = assignments.get(service);
                if (assignment != null) {
                    setEndpoints(active, assignment);
                }
            }
            case Discovery.OriginalDestination _ -> {}
            case Discovery.Dns dns -> resolve(active, dns);
        }
        long interval = cluster.outlier().intervalNanos();
        if (interval > 0) {
            active.sweeps =
                    runtime.configurationThread()
                            .scheduleAtFixedRate(
                                    cluster.outlier()::sweep,
                                    interval,
                                    interval,
                                    TimeUnit.NANOSECONDS);
        }
        later(() -> active.isLate = true);
    }

    private void later(Runnable lateness) {
        var _ =
                runtime.configurationThread()
                        .schedule(
                                () -> {
                                    lateness.run();
                                    publishQuietly();
                                },
                                INITIAL_FETCH_SECONDS,
                                TimeUnit.SECONDS);
    }

    private static void setEndpoints(ActiveCluster active, ClusterLoadAssignment assignment) {
        active.assignment = assignment;
        active.cluster.update(
                active.compiled.endpoints(
                        assignment, active.cluster.known(), ConfigPlace.root("")));
    }

    private @Nullable String applyEndpoints(String name, ClusterLoadAssignment assignment)
            throws ConfigRefusedException {
        ConfigPlace root = ConfigPlace.root("");
        ProxyFields.all().check(assignment, root);
        List<ActiveCluster> users = users(name);
        for (ActiveCluster user : users) {
            user.compiled.endpoints(assignment, user.cluster.known(), root);
        }
        root.throwIfRefused("endpoints of '" + name + "'");
        assignments.put(name, assignment);
        users.forEach(user -> setEndpoints(user, assignment));
        return null;
    }

    private List<ActiveCluster> users(String edsName) {
        List<ActiveCluster> users = new ArrayList<>();
        for (Map<String, ActiveCluster> each : List.of(clusters, warmingClusters)) {
            for (ActiveCluster cluster : each.values()) {
                if (edsName.equals(cluster.edsName())) {
                    users.add(cluster);
                }
            }
        }
        return users;
    }

    /// Resolves names again and again, each time on a thread that may wait.
    private void resolve(ActiveCluster active, Discovery.Dns dns) {
        active.resolving =
                runtime.configurationThread()
                        .scheduleWithFixedDelay(
                                () ->
                                        Thread.ofVirtual()
                                                .name("dns-" + active.name())
                                                .start(() -> resolveOnce(active, dns)),
                                0,
                                dns.refreshNanos(),
                                TimeUnit.NANOSECONDS);
    }

    private void resolveOnce(ActiveCluster active, Discovery.Dns dns) {
        EndpointSet found = DnsEndpoints.resolve(dns, active.compiled, active.cluster.known());
        runtime.configurationThread()
                .execute(() -> {
                    // The last addresses stay in use while names cannot be resolved.
                    if (!found.all().isEmpty()) {
                        active.cluster.update(found);
                    }
                    active.assignment = ClusterLoadAssignment.getDefaultInstance();
                    publishQuietly();
                });
    }

    private @Nullable String applyListener(Listener proto, String version)
            throws ConfigRefusedException {
        ActiveListener known =
                warmingListeners.getOrDefault(proto.getName(), listeners.get(proto.getName()));
        if (known != null && known.compiled.proto().equals(proto)) {
            return null;
        }
        if (known != null && known.isStatic) {
            return "a static listener has this name";
        }
        ConfigPlace root = ConfigPlace.root("");
        Optional<CompiledListener> compiled = listenerCompiler.compile(proto, root);
        root.throwIfRefused("listener '" + proto.getName() + "'");
        if (compiled.isEmpty()) {
            return null;
        }
        String taken = unbindable(compiled.get().settings());
        if (taken == null) {
            warmingListeners.put(proto.getName(), active(compiled.get(), false, version));
        }
        return taken;
    }

    /// Why a listener's sockets cannot be opened, or null. Envoy: a listener that cannot be bound
    /// is refused when it comes, not when all it waits for has come.
    private @Nullable String unbindable(ListenerSettings settings) {
        ActiveListener inForce = listeners.get(settings.name());
        Set<SocketAddress> own =
                inForce != null && inForce.compiled.settings().bindsToPort()
                        ? Set.copyOf(inForce.compiled.settings().addresses())
                        : Set.of();
        for (SocketAddress address : settings.addresses()) {
            boolean opens =
                    settings.bindsToPort()
                            && address instanceof InetSocketAddress inet
                            && inet.getPort() != 0
                            && !own.contains(address);
            String problem = opens ? probe(address) : null;
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    private @Nullable String probe(SocketAddress address) {
        Worker worker = runtime.workers().getFirst();
        try {
            ChannelFuture probed =
                    worker.eventLoop().submit(() -> worker.probe(address)).get().await();
            probed.channel().close().await();
            Throwable cause = probed.cause();
            return cause == null
                    ? null
                    : "cannot bind " + Worker.text(address) + ": " + cause.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "cannot bind " + Worker.text(address) + ": interrupted";
        } catch (ExecutionException e) {
            return "cannot bind " + Worker.text(address) + ": " + e.getCause();
        }
    }

    private ActiveListener active(CompiledListener compiled, boolean isStatic, String version) {
        ActiveListener made =
                new ActiveListener(
                        compiled,
                        new ListenerStats(runtime.stats(), compiled.settings().statName()),
                        isStatic,
                        version);
        later(() -> made.isLate = true);
        return made;
    }

    private @Nullable String applyRoutes(String name, RouteConfiguration proto, String version)
            throws ConfigRefusedException {
        RouteSlot slot = routes.computeIfAbsent(name, _ -> new RouteSlot());
        if (!proto.equals(slot.proto)) {
            slot.set(RouteConfigCompiler.compile(proto, context.filterConfigs()));
            slot.proto = proto;
            slot.version = version;
            slot.updatedMillis = System.currentTimeMillis();
        }
        return null;
    }

    private void remove(ResourceType type, String name) {
        switch (type) {
            case CLUSTER -> removeCluster(name);
            case LISTENER -> {
                warmingListeners.remove(name);
                ActiveListener gone = listeners.get(name);
                if (gone != null && !gone.isStatic) {
                    listeners.remove(name);
                    bound.remove(name);
                    runtime.onWorkers(worker -> worker.removeListener(name));
                }
            }
            // Envoy: endpoints and routes stay until their cluster or listener goes.
            case ENDPOINT, ROUTE, NAME_TABLE -> {}
            case SECRET -> runtime.secrets().remove(name);
        }
    }

    private void removeCluster(String name) {
        ActiveCluster warming = warmingClusters.remove(name);
        if (warming != null) {
            warming.stop();
        }
        ActiveCluster gone = clusters.get(name);
        if (gone == null || gone.isStatic) {
            return;
        }
        clusters.remove(name);
        gone.stop();
        gone.cluster.stats().close();
        runtime.onWorkers(worker -> worker.removeCluster(name));
        String edsName = gone.edsName();
        if (edsName != null && users(edsName).isEmpty() && ads != null) {
            assignments.remove(edsName);
            ads.unsubscribe(ResourceType.ENDPOINT, List.of(edsName));
        }
    }

    private void subscribeEndpoints() {
        if (ads == null) {
            return;
        }
        Set<String> names = new HashSet<>();
        for (Map<String, ActiveCluster> each : List.of(clusters, warmingClusters)) {
            for (ActiveCluster cluster : each.values()) {
                String name = cluster.edsName();
                if (name != null) {
                    names.add(name);
                }
            }
        }
        if (!names.isEmpty()) {
            ads.subscribe(ResourceType.ENDPOINT, names);
        }
    }

    private void subscribeRoutes() {
        Set<String> wanted = new HashSet<>();
        for (Map<String, ActiveListener> each : List.of(listeners, warmingListeners)) {
            each.values().forEach(listener -> wanted.addAll(listener.compiled.routeNames()));
        }
        if (ads == null) {
            return;
        }
        Set<String> gone = new HashSet<>(routes.keySet());
        gone.removeAll(wanted);
        if (!gone.isEmpty()) {
            routes.keySet().removeAll(gone);
            ads.unsubscribe(ResourceType.ROUTE, gone);
        }
        if (!wanted.isEmpty()) {
            ads.subscribe(ResourceType.ROUTE, wanted);
        }
    }

    private void subscribeSecrets() {
        Map<String, String> wanted = new TreeMap<>();
        for (Map<String, ActiveCluster> each : List.of(clusters, warmingClusters)) {
            each.values().forEach(c -> SecretSources.find(c.compiled.proto(), wanted));
        }
        for (Map<String, ActiveListener> each : List.of(listeners, warmingListeners)) {
            each.values().forEach(l -> SecretSources.find(l.compiled.proto(), wanted));
        }
        wanted.forEach((name, cluster) -> {
            if (!secretsAsked.add(name)) {
                return;
            }
            AdsClient client = cluster.equals(SecretSources.ADS) ? ads : sds(cluster);
            if (client != null) {
                client.subscribe(ResourceType.SECRET, List.of(name));
            }
        });
    }

    private AdsClient sds(String cluster) {
        AdsClient known = secretClients.get(cluster);
        if (known == null) {
            known = client(cluster, AdsTransport.SECRETS);
            secretClients.put(cluster, known);
            known.start();
        }
        return known;
    }

    private void publishQuietly() {
        try {
            publishReady();
        } catch (IOException e) {
            LOG.error("{}", e.getMessage());
        }
    }

    /// Puts everything in force that has all it waits for.
    private void publishReady() throws IOException {
        for (ActiveCluster cluster : List.copyOf(warmingClusters.values())) {
            if (isWarm(cluster)) {
                publish(cluster);
            }
        }
        if (!listenersAsked && clustersSeen && warmingClusters.isEmpty() && ads != null) {
            listenersAsked = true;
            ads.subscribeAll(ResourceType.LISTENER);
        }
        IOException failed = null;
        for (ActiveListener listener : List.copyOf(warmingListeners.values())) {
            if (isWarm(listener)) {
                warmingListeners.remove(listener.name());
                try {
                    publish(listener);
                } catch (IOException e) {
                    failed = e;
                }
            }
        }
        ready |=
                clustersSeen
                        && listenersSeen
                        && warmingClusters.isEmpty()
                        && warmingListeners.isEmpty();
        if (failed != null) {
            throw failed;
        }
    }

    private boolean isWarm(ActiveCluster cluster) {
        boolean endpoints =
                cluster.assignment != null
                        || cluster.cluster.settings().discovery()
                                instanceof Discovery.OriginalDestination;
        return cluster.isLate
                || (endpoints && runtime.secrets().names().containsAll(cluster.secrets));
    }

    private boolean isWarm(ActiveListener listener) {
        if (listener.isLate) {
            return true;
        }
        for (String name : listener.compiled.routeNames()) {
            RouteSlot slot = routes.get(name);
            if (slot == null || slot.get() == null) {
                return false;
            }
        }
        return runtime.secrets().names().containsAll(listener.compiled.secretNames());
    }

    private void publish(ActiveCluster cluster) {
        warmingClusters.remove(cluster.name());
        ActiveCluster old = clusters.put(cluster.name(), cluster);
        if (old != null) {
            old.stop();
        }
        runtime.onWorkers(worker -> worker.putCluster(cluster.cluster, cluster.compiled));
        if (old != null) {
            old.cluster.stats().close();
        }
    }

    private void publish(ActiveListener listener) throws IOException {
        ActiveListener old = listeners.get(listener.name());
        var settings = listener.compiled.settings();
        boolean moves =
                old != null
                        && !(old.compiled.settings().addresses().equals(settings.addresses())
                                && old.compiled.settings().bindsToPort() == settings.bindsToPort());
        if (moves) {
            bound.remove(listener.name());
            runtime.onWorkers(worker -> worker.removeListener(listener.name()));
        }
        runtime.onWorkers(worker -> worker.putListener(settings, listener.stats));
        listeners.put(listener.name(), listener);
        if (old != null && !moves) {
            listener.bound = old.bound;
            listener.sockets.addAll(old.sockets);
            return;
        }
        if (settings.bindsToPort()) {
            for (SocketAddress address : settings.addresses()) {
                bind(listener, address);
            }
        }
    }

    /// The first worker may get its port from the system; the others share it.
    private void bind(ActiveListener listener, SocketAddress configured) throws IOException {
        SocketAddress address = configured;
        for (Worker worker : runtime.workers()) {
            SocketAddress wanted = address;
            var opened = worker.eventLoop().submit(() -> worker.bind(listener.name(), wanted));
            try {
                var future = opened.get().await();
                if (!future.isSuccess()) {
                    Throwable cause = future.cause();
                    throw new IOException(
                            "listener '"
                                    + listener.name()
                                    + "': cannot bind "
                                    + Worker.text(wanted)
                                    + ": "
                                    + (cause == null ? "unknown" : cause.getMessage()),
                            cause);
                }
                address = future.channel().localAddress();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            } catch (ExecutionException e) {
                throw new IOException("listener '" + listener.name() + "'", e.getCause());
            }
        }
        listener.sockets.add(address);
        if (listener.bound == null) {
            listener.bound = address;
            bound.put(listener.name(), address);
        }
    }

    /// From any thread.
    boolean isReady() {
        return ready;
    }

    /// From any thread.
    Map<String, SocketAddress> boundAddresses() {
        return new TreeMap<>(bound);
    }

    /// From any thread.
    void drainListeners() {
        runtime.onWorkers(Worker::drainListeners);
    }

    /// Closes the sockets of listeners; connections that are open go on. From any thread.
    ///
    /// @param inboundOnly whether only listeners of inbound traffic are meant
    void stopListening(boolean inboundOnly) {
        Set<String> names =
                read(view -> {
                    Set<String> meant = new HashSet<>();
                    for (ActiveListener listener : view.listeners().values()) {
                        if (!inboundOnly
                                || listener.compiled.proto().getTrafficDirection()
                                        == TrafficDirection.INBOUND) {
                            meant.add(listener.name());
                        }
                    }
                    return meant;
                });
        runtime.onWorkers(worker -> worker.stopListening(names));
    }

    /// Reads the configuration on its own thread. From any thread.
    <T> T read(java.util.function.Function<View, T> reader) {
        try {
            return runtime.configurationThread()
                    .submit(() -> reader.apply(new View(this)))
                    .get(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException("the configuration cannot be read", e);
        }
    }

    /// What the admin endpoint shows. Confined to the configuration thread.
    record View(ActiveConfiguration of) {
        Map<String, ActiveCluster> clusters() {
            return of.clusters;
        }

        Map<String, ActiveCluster> warmingClusters() {
            return of.warmingClusters;
        }

        Map<String, ActiveListener> listeners() {
            return of.listeners;
        }

        Map<String, ActiveListener> warmingListeners() {
            return of.warmingListeners;
        }

        Map<String, RouteSlot> routes() {
            return of.routes;
        }
    }

    @Override
    public void close() {
        runtime.configurationThread()
                .execute(() -> {
                    if (ads != null) {
                        ads.close();
                    }
                    secretClients.values().forEach(AdsClient::close);
                });
    }
}
