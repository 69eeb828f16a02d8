package io.meltemi.proxy.filter.network.snidynamicforward;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.network.sni_dynamic_forward_proxy.v3.FilterConfig;
import io.meltemi.proxy.config.DnsCacheCompiler;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.dns.DnsCache;
import io.meltemi.proxy.dns.HostName;
import io.meltemi.proxy.filter.TypedConfig;
import io.meltemi.proxy.filter.network.NetworkConnection;
import io.meltemi.proxy.filter.network.NetworkFilter;
import io.meltemi.proxy.filter.network.NetworkFilterContext;
import org.jspecify.annotations.Nullable;

/// Looks up the host that a client asks for (SNI) before its connection goes on, so that a cluster
/// of the type `dynamic_forward_proxy` has it. Immutable.
///
/// Envoy: a client that names nobody goes on, and so does one whose host has no address: there is
/// no endpoint for them then. Where too many wait, or the cache is full, the connection ends.
public final class SniDynamicForward implements NetworkFilter {
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .include(DnsCacheCompiler.FIELDS)
                    .supports(FilterConfig.getDescriptor(), "dns_cache_config port_value")
                    .build();
    private static final int MAX_PORT = 65_535;

    private final DnsCache cache;
    private final int port;

    private SniDynamicForward(DnsCache cache, int port) {
        this.cache = cache;
        this.port = port;
    }

    /// @return null when the configuration was refused at `at`
    public static @Nullable NetworkFilter compile(
            Any config, ConfigPlace at, NetworkFilterContext context) {
        FilterConfig proto =
                TypedConfig.open(config, FilterConfig.getDefaultInstance(), FIELDS, at);
        if (proto == null) {
            return null;
        }
        int port = proto.getPortValue();
        boolean isSet = proto.getPortSpecifierCase() == FilterConfig.PortSpecifierCase.PORT_VALUE;
        if (isSet && (port < 1 || port > MAX_PORT)) {
            at.field("port_value")
                    .refuse(Integer.toUnsignedString(port) + " is not between 1 and " + MAX_PORT);
        }
        ConfigPlace place = at.field("dns_cache_config");
        if (!proto.hasDnsCacheConfig()) {
            place.refuse("must be set");
            return null;
        }
        var settings = DnsCacheCompiler.compile(proto.getDnsCacheConfig(), place);
        DnsCache cache = at.isClean() ? context.dnsCaches().get(settings, place) : null;
        return cache == null ? null : new SniDynamicForward(cache, port);
    }

    @Override
    public boolean onConnection(NetworkConnection connection) {
        String name = connection.facts().requestedServerName();
        if (name == null) {
            return true;
        }
        if (!cache.begin()) {
            connection.close(null, null);
            return false;
        }
        HostName host = HostName.of(name, connection.usePort(port));
        if (cache.find(host) != null) {
            cache.end();
            return true;
        }
        Lookup lookup = new Lookup(connection);
        DnsCache.Waiter waiter =
                cache.await(host, connection.loop().eventLoop(), _ -> lookup.done());
        if (waiter == null) {
            cache.end();
            connection.close(null, null);
            return false;
        }
        connection.pause();
        connection.onClosed(() -> lookup.cancel(waiter));
        return false;
    }

    /// A connection that waits. Confined to its event loop.
    private final class Lookup {
        private final NetworkConnection connection;
        private boolean over;

        Lookup(NetworkConnection connection) {
            this.connection = connection;
        }

        void done() {
            if (!over) {
                over = true;
                cache.end();
                connection.proceed();
            }
        }

        void cancel(DnsCache.Waiter waiter) {
            if (!over) {
                over = true;
                waiter.cancel();
                cache.end();
            }
        }
    }
}
