package io.meltemi.pilot.patch;

import com.google.protobuf.Any;
import java.util.Set;

/// Filters that end a chain: Envoy wants exactly one, as the last. Thread-safe: stateless.
final class Terminals {
    private static final Set<String> TYPES =
            Set.of(
                    "envoy.extensions.filters.http.router.v3.Router",
                    "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
                    "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
                    "envoy.extensions.filters.network.echo.v3.Echo",
                    "envoy.extensions.filters.network.direct_response.v3.Config",
                    "envoy.extensions.filters.network.redis_proxy.v3.RedisProxy",
                    "envoy.extensions.filters.network.thrift_proxy.v3.ThriftProxy",
                    "envoy.extensions.filters.network.dubbo_proxy.v3.DubboProxy",
                    "envoy.extensions.filters.network.generic_proxy.v3.GenericProxy");

    private Terminals() {}

    static boolean isTerminal(Any config) {
        return TYPES.contains(config.getTypeUrl().substring(config.getTypeUrl().indexOf('/') + 1));
    }
}
