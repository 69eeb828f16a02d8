package io.meltemi.proxy;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.DiscoveryType;
import io.meltemi.proxy.cluster.Cluster;
import io.meltemi.proxy.cluster.KnownEndpoints;
import io.meltemi.proxy.config.ClusterCompiler.CompiledCluster;
import io.meltemi.proxy.config.ListenerCompiler.CompiledListener;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import io.meltemi.proxy.listener.ListenerSettings;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// What a bootstrap itself configures, compiled as for traffic but without a socket: for who
/// explains what would happen. Thread-safe: never changes.
public final class OfflineProxy implements AutoCloseable {
    private final EventLoopGroup loops;
    private final ProxyRuntime runtime;
    private final List<ListenerSettings> listeners;
    private final Map<String, Cluster> clusters = new LinkedHashMap<>();

    /// @throws ConfigRefusedException naming every field that is wrong or not supported
    public OfflineProxy(Bootstrap bootstrap) throws ConfigRefusedException {
        loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try {
            runtime = new ProxyRuntime(bootstrap, ProxyEnvironment.of(loops, 1));
        } catch (RuntimeException e) {
            end(loops);
            throw e;
        }
        try {
            StaticResources resources = new ActiveConfiguration(runtime).compileStatic();
            listeners = resources.listeners().stream().map(CompiledListener::settings).toList();
            resources.clusters().forEach(this::put);
        } catch (ConfigRefusedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private void put(CompiledCluster compiled) {
        Cluster cluster =
                new Cluster(compiled.settings(), runtime.stats(), runtime.environment().ticker());
        // Of all others the endpoints come while traffic flows.
        if (compiled.proto().getType() == DiscoveryType.STATIC) {
            cluster.update(
                    compiled.endpoints(
                            compiled.proto().getLoadAssignment(),
                            KnownEndpoints.none(),
                            ConfigPlace.root("")));
        }
        clusters.put(cluster.name(), cluster);
    }

    /// In the order of the bootstrap.
    public List<ListenerSettings> listeners() {
        return listeners;
    }

    /// A cluster with the endpoints that it names itself.
    public Optional<Cluster> cluster(String name) {
        return Optional.ofNullable(clusters.get(name));
    }

    @Override
    public void close() {
        runtime.close();
        end(loops);
    }

    private static void end(EventLoopGroup loops) {
        var _ = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
