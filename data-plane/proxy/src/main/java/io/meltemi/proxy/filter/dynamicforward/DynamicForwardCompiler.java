package io.meltemi.proxy.filter.dynamicforward;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.dynamic_forward_proxy.v3.FilterConfig;
import io.envoyproxy.envoy.extensions.filters.http.dynamic_forward_proxy.v3.PerRouteConfig;
import io.meltemi.proxy.config.DnsCacheCompiler;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.dns.DnsCache;
import io.meltemi.proxy.filter.FilterContext;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.TypedConfig;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Compiles `envoy.filters.http.dynamic_forward_proxy`. Immutable: pure functions.
public final class DynamicForwardCompiler {
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .include(DnsCacheCompiler.FIELDS)
                    .supports(FilterConfig.getDescriptor(), "dns_cache_config")
                    .supports(
                            PerRouteConfig.getDescriptor(),
                            "host_rewrite_literal host_rewrite_header")
                    .build();

    private DynamicForwardCompiler() {}

    public static @Nullable HttpFilter compile(
            String name, Any config, ConfigPlace at, FilterContext context) {
        FilterConfig proto =
                TypedConfig.open(config, FilterConfig.getDefaultInstance(), FIELDS, at);
        if (proto == null) {
            return null;
        }
        ConfigPlace place = at.field("dns_cache_config");
        if (!proto.hasDnsCacheConfig()) {
            place.refuse("must be set");
            return null;
        }
        var settings = DnsCacheCompiler.compile(proto.getDnsCacheConfig(), place);
        DnsCache cache = place.isClean() ? context.dnsCaches().get(settings, place) : null;
        return cache == null ? null : new DynamicForwardFilter(name, cache);
    }

    public static @Nullable Object compileRoute(Any config, ConfigPlace at, FilterContext context) {
        PerRouteConfig proto =
                TypedConfig.open(config, PerRouteConfig.getDefaultInstance(), FIELDS, at);
        return proto == null
                ? null
                : new HostChange(
                        proto.getHostRewriteLiteral(),
                        proto.getHostRewriteHeader().toLowerCase(Locale.ROOT));
    }
}
