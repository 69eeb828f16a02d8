package io.meltemi.proxy.config;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.ProxyProtocolConfig;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.filter.TypedConfig;
import io.meltemi.proxy.listener.ProxyProtocol;
import io.meltemi.proxy.observe.stats.StatsScope;
import io.meltemi.proxy.observe.stats.StatsStore;
import java.net.InetSocketAddress;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Compiles `envoy.filters.listener.proxy_protocol`. Immutable: pure functions.
final class ProxyProtocolCompiler {
    /// What TLVs may be kept for (`rules`, `pass_through_tlvs`) is refused: nothing here reads it.
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .supports(
                            io.envoyproxy.envoy.extensions.filters.listener.proxy_protocol.v3
                                    .ProxyProtocol.getDescriptor(),
                            "allow_requests_without_proxy_protocol disallowed_versions"
                                    + " stat_prefix")
                    .build();

    private ProxyProtocolCompiler() {}

    /// @param enabled which connections begin with it, by their destination
    /// @return null when the configuration was refused at `at`
    static @Nullable ProxyProtocol compile(
            Any config, Predicate<InetSocketAddress> enabled, ConfigPlace at, StatsStore stats) {
        var opened =
                TypedConfig.open(
                        config,
                        io.envoyproxy.envoy.extensions.filters.listener.proxy_protocol.v3
                                .ProxyProtocol.getDefaultInstance(),
                        FIELDS,
                        at);
        if (opened == null) {
            return null;
        }
        String prefix = opened.getStatPrefix().isEmpty() ? "" : opened.getStatPrefix() + '.';
        StatsScope scope = stats.scope("proxy_proto." + prefix);
        var not = opened.getDisallowedVersionsList();
        return new ProxyProtocol(
                enabled,
                opened.getAllowRequestsWithoutProxyProtocol(),
                scope.counter("not_found_allowed"),
                scope.counter("not_found_disallowed"),
                version(scope, "v1", !not.contains(ProxyProtocolConfig.Version.V1)),
                version(scope, "v2", !not.contains(ProxyProtocolConfig.Version.V2)));
    }

    private static ProxyProtocol.Version version(StatsScope scope, String name, boolean allowed) {
        String prefix = "versions." + name + '.';
        return new ProxyProtocol.Version(
                allowed,
                scope.counter(prefix + "found"),
                scope.counter(prefix + "disallowed"),
                scope.counter(prefix + "error"));
    }
}
