package io.meltemi.proxy.config;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.DnsResolverOptions;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig;
import io.envoyproxy.envoy.extensions.network.dns_resolver.getaddrinfo.v3.GetAddrInfoDnsResolverConfig;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.dns.Resolver;
import io.meltemi.proxy.dns.ServerResolver;
import io.meltemi.proxy.dns.SystemResolver;
import io.meltemi.proxy.filter.TypedConfig;
import io.meltemi.xds.message.Anys;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Compiles `typed_dns_resolver_config`. Thread-safe: without state.
public final class ResolverCompiler {
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .supports(
                            CaresDnsResolverConfig.getDescriptor(),
                            "resolvers use_resolvers_as_fallback dns_resolver_options"
                                    + " query_timeout_seconds query_tries rotate_nameservers")
                    // Each question has a socket of its own.
                    .ignores(CaresDnsResolverConfig.getDescriptor(), "udp_max_queries")
                    .supports(
                            DnsResolverOptions.getDescriptor(),
                            "use_tcp_for_dns_lookups no_default_search_domain")
                    .supports(GetAddrInfoDnsResolverConfig.getDescriptor(), "")
                    .build();
    private static final int MOST_SECONDS = 3600;
    private static final int MOST_TRIES = 100;

    private ResolverCompiler() {}

    /// The resolver, or null after refusing it.
    public static @Nullable Resolver compile(TypedExtensionConfig proto, ConfigPlace at) {
        Any config = proto.getTypedConfig();
        ConfigPlace place = at.field("typed_config");
        if (Anys.is(config, GetAddrInfoDnsResolverConfig.class)) {
            var opened =
                    TypedConfig.open(
                            config,
                            GetAddrInfoDnsResolverConfig.getDefaultInstance(),
                            FIELDS,
                            place);
            return opened == null ? null : new SystemResolver();
        }
        if (!Anys.is(config, CaresDnsResolverConfig.class)) {
            at.refuse("'" + proto.getName() + "' is not supported: use c-ares' or getaddrinfo's");
            return null;
        }
        CaresDnsResolverConfig cares =
                TypedConfig.open(
                        config, CaresDnsResolverConfig.getDefaultInstance(), FIELDS, place);
        return cares == null ? null : cares(cares, place);
    }

    private static Resolver cares(CaresDnsResolverConfig proto, ConfigPlace at) {
        List<InetSocketAddress> servers = new ArrayList<>();
        for (int i = 0; i < proto.getResolversCount(); i++) {
            ConfigPlace place = at.element("resolvers", i);
            if (AddressCompiler.compile(proto.getResolvers(i), place)
                    instanceof InetSocketAddress server) {
                servers.add(server);
            } else if (!place.isRefused()) {
                place.refuse("is no socket_address");
            }
        }
        if (proto.hasQueryTimeoutSeconds() && proto.getQueryTimeoutSeconds().getValue() == 0) {
            at.field("query_timeout_seconds").refuse("0 is less than 1");
        }
        if (proto.hasQueryTries() && proto.getQueryTries().getValue() == 0) {
            at.field("query_tries").refuse("0 is less than 1");
        }
        ServerResolver.Settings usual = ServerResolver.Settings.DEFAULT;
        DnsResolverOptions options = proto.getDnsResolverOptions();
        return new ServerResolver(
                new ServerResolver.Settings(
                        servers,
                        proto.getUseResolversAsFallback(),
                        options.getUseTcpForDnsLookups(),
                        !options.getNoDefaultSearchDomain(),
                        proto.hasQueryTimeoutSeconds()
                                ? 1000
                                        * (int)
                                                clamped(
                                                        proto.getQueryTimeoutSeconds().getValue(),
                                                        MOST_SECONDS)
                                : usual.timeoutMillis(),
                        proto.hasQueryTries()
                                ? (int)
                                        clamped(
                                                Integer.toUnsignedLong(
                                                        proto.getQueryTries().getValue()),
                                                MOST_TRIES)
                                : usual.tries(),
                        proto.getRotateNameservers()));
    }

    /// A uint64 beyond Java's long is as good as the most.
    private static long clamped(long unsigned, int most) {
        return unsigned < 0 ? most : Math.min(unsigned, most);
    }
}
