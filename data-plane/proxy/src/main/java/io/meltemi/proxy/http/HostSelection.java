package io.meltemi.proxy.http;

import io.meltemi.proxy.cluster.ClusterSettings;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.balance.LoadBalancerContext;
import io.meltemi.proxy.dns.HostName;
import io.meltemi.proxy.upstream.WorkerCluster;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// Which endpoint of its cluster an attempt goes to. Pure functions on one exchange. `HOT`.
final class HostSelection {
    private HostSelection() {}

    /// Null when there is none that could take the request.
    ///
    /// @param wishes null when the request has none
    static @Nullable Endpoint choose(
            WorkerCluster cluster, HttpExchange exchange, @Nullable BalancingContext wishes) {
        if (cluster.cluster().settings().discovery()
                instanceof ClusterSettings.Discovery.OriginalDestination(String header, _)) {
            return destination(cluster, exchange, header);
        }
        if (cluster.cluster().settings().discovery()
                instanceof ClusterSettings.Discovery.DynamicForward(_, int defaultPort)) {
            String authority = exchange.requestHeaders().get(HeaderNames.AUTHORITY);
            return authority == null
                    ? null
                    : cluster.named(HostName.of(authority, defaultPort).key());
        }
        return cluster.choose(wishes == null ? LoadBalancerContext.NONE : wishes);
    }

    private static @Nullable Endpoint destination(
            WorkerCluster cluster, HttpExchange exchange, @Nullable String header) {
        String named = header == null ? null : exchange.requestHeaders().get(header);
        if (named != null) {
            InetSocketAddress parsed = Destinations.parse(named);
            return parsed == null ? null : cluster.destination(parsed);
        }
        HttpConnection.Facts facts = exchange.connection().facts();
        return facts.isRedirected() ? cluster.destination(facts.localAddress()) : null;
    }
}
