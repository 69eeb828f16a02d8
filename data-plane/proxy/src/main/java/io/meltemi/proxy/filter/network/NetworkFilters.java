package io.meltemi.proxy.filter.network;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.meltemi.proxy.cluster.UpstreamFilter;
import io.meltemi.proxy.config.TypedStructs;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.filter.FilterStats;
import io.meltemi.proxy.filter.istiostats.IstioStatsCompiler;
import io.meltemi.proxy.filter.network.connectionlimit.ConnectionLimitCompiler;
import io.meltemi.proxy.filter.network.directresponse.DirectResponse;
import io.meltemi.proxy.filter.network.echo.Echo;
import io.meltemi.proxy.filter.network.extauthz.NetworkExtAuthz;
import io.meltemi.proxy.filter.network.localratelimit.NetworkRateLimit;
import io.meltemi.proxy.filter.network.metadataexchange.MetadataExchangeCompiler;
import io.meltemi.proxy.filter.network.snicluster.SniClusterFilter;
import io.meltemi.proxy.filter.network.snidynamicforward.SniDynamicForward;
import io.meltemi.proxy.filter.rbac.NetworkRbac;
import io.meltemi.xds.message.Anys;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Every network filter this proxy has beside the connection manager and the TCP proxy, by the type
/// of its configuration. Immutable.
public final class NetworkFilters {
    private static final String FILTERS = "envoy.extensions.filters.network.";

    private static final String EXCHANGE = "envoy.tcp.metadataexchange.config.MetadataExchange";

    private static final Map<String, Compiler<NetworkFilter>> COMPILERS =
            Map.of(
                    FILTERS + "rbac.v3.RBAC",
                    (config, at, context) -> NetworkRbac.compile(config, at, context.rootStats()),
                    FILTERS + "connection_limit.v3.ConnectionLimit",
                    ConnectionLimitCompiler::compile,
                    FILTERS + "ext_authz.v3.ExtAuthz",
                    NetworkExtAuthz::compile,
                    "stats.PluginConfig",
                    IstioStatsCompiler::compileNetwork,
                    EXCHANGE,
                    MetadataExchangeCompiler::compile,
                    FILTERS + "local_ratelimit.v3.LocalRateLimit",
                    NetworkRateLimit::compile,
                    FILTERS + "sni_cluster.v3.SniCluster",
                    SniClusterFilter::compile,
                    FILTERS + "sni_dynamic_forward_proxy.v3.FilterConfig",
                    SniDynamicForward::compile);

    private static final Map<String, Compiler<TerminalFilter>> TERMINALS =
            Map.of(
                    FILTERS + "direct_response.v3.Config", DirectResponse::compile,
                    FILTERS + "echo.v3.Echo", Echo::compile);

    private NetworkFilters() {}

    /// A filter of a cluster.
    ///
    /// @return null when the configuration was refused at `at`
    public static @Nullable UpstreamFilter upstream(
            Any written, ConfigPlace at, Node node, FilterStats root) {
        Any config = TypedStructs.unwrap(written, at);
        if (config == null) {
            return null;
        }
        if (!Anys.typeName(config.getTypeUrl()).equals(EXCHANGE)) {
            at.refuse("'" + config.getTypeUrl() + "' is no filter of clusters that this proxy has");
            return null;
        }
        return MetadataExchangeCompiler.compile(config, at, node, root);
    }

    /// Makes a filter of its configuration.
    @FunctionalInterface
    private interface Compiler<F> {
        /// @return null when the configuration was refused at `at`
        @Nullable F compile(Any config, ConfigPlace at, NetworkFilterContext context);
    }

    /// Whether [#terminal] takes this configuration.
    public static boolean endsChain(Any config) {
        return TERMINALS.containsKey(Anys.typeName(config.getTypeUrl()));
    }

    /// Whether [#compile] takes this configuration.
    public static boolean isKnown(Any config) {
        return COMPILERS.containsKey(Anys.typeName(config.getTypeUrl()));
    }

    /// @return null when the configuration was refused at `at`
    public static @Nullable NetworkFilter compile(
            Any config, ConfigPlace at, NetworkFilterContext context) {
        Compiler<NetworkFilter> compiler = COMPILERS.get(Anys.typeName(config.getTypeUrl()));
        return compiler == null ? null : compiler.compile(config, at, context);
    }

    /// @return null when the configuration was refused at `at`
    public static @Nullable TerminalFilter terminal(
            Any config, ConfigPlace at, NetworkFilterContext context) {
        Compiler<TerminalFilter> compiler = TERMINALS.get(Anys.typeName(config.getTypeUrl()));
        return compiler == null ? null : compiler.compile(config, at, context);
    }
}
