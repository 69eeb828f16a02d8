package io.meltemi.proxy.tcp;

import io.meltemi.proxy.cluster.ClusterSettings;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.balance.LoadBalancerContext;
import io.meltemi.proxy.decide.route.XxHash64;
import io.meltemi.proxy.dns.HostName;
import io.meltemi.proxy.observe.ConnectionRecord;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.upstream.WorkerCluster;
import io.meltemi.proxy.upstream.WorkerClusters;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where a TCP session goes: its cluster, and an endpoint of it. Confined to its event loop. `HOT`.
public final class TcpTarget implements LoadBalancerContext {
    private final TcpSettings settings;
    private final ExchangeRecord record;
    private final Wish wish;
    private Map<String, Object> subset = Map.of();

    /// What the connection itself asks for. Immutable.
    ///
    /// @param cluster what a filter before decided, or null
    /// @param serverName whom the client asked for (SNI), or null
    /// @param port of the host of that name, as a filter before decided; 0: the cluster's
    /// @param destination where the client wanted to go
    /// @param redirected whether that is not the proxy itself
    public record Wish(
            @Nullable String cluster,
            @Nullable String serverName,
            int port,
            InetSocketAddress destination,
            boolean redirected) {}

    /// @param record begun, with its downstream connection
    public TcpTarget(TcpSettings settings, ExchangeRecord record, Wish wish) {
        this.settings = settings;
        this.record = record;
        this.wish = wish;
    }

    /// The cluster, or null when there is none.
    @Nullable WorkerCluster pick(WorkerClusters clusters, long random) {
        if (wish.cluster() != null) {
            subset = settings.subset();
            return clusters.get(wish.cluster());
        }
        TcpSettings.Target target = settings.pick(random);
        subset = target.subset();
        return clusters.get(target.cluster());
    }

    /// An endpoint, or null when none takes a connection.
    @Nullable Endpoint choose(WorkerCluster from) {
        ClusterSettings.Discovery discovery = from.cluster().settings().discovery();
        if (discovery instanceof ClusterSettings.Discovery.OriginalDestination) {
            return wish.redirected() ? from.destination(wish.destination()) : null;
        }
        if (discovery instanceof ClusterSettings.Discovery.DynamicForward(_, int usual)) {
            int port = wish.port() > 0 ? wish.port() : usual;
            return wish.serverName() == null
                    ? null
                    : from.named(HostName.of(wish.serverName(), port).key());
        }
        boolean asks = settings.hashesSource() || !subset.isEmpty();
        return from.choose(asks ? this : LoadBalancerContext.NONE);
    }

    /// Envoy: of the client's address without its port.
    @Override
    public @Nullable Long hash() {
        ConnectionRecord client = record.downstream;
        return client == null || !settings.hashesSource()
                ? null
                : XxHash64.hash(client.remoteAddress().ip());
    }

    @Override
    public Map<String, Object> subset() {
        return subset;
    }
}
