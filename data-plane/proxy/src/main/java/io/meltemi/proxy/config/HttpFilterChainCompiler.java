package io.meltemi.proxy.config;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.ExtensionConfigSource;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.filter.DiscoveredFilter;
import io.meltemi.proxy.filter.FilterContext;
import io.meltemi.proxy.filter.HttpFilterChain;
import io.meltemi.proxy.filter.HttpFilterChain.Place;
import io.meltemi.proxy.filter.HttpFilters;
import io.meltemi.xds.message.Anys;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compiles the filters of a connection manager. Confined to one compilation.
final class HttpFilterChainCompiler {
    private static final String ROUTER = Router.getDescriptor().getFullName();

    private final CompileContext context;
    private final FilterContext filters;
    private final List<Place> places = new ArrayList<>();
    private boolean suppressEnvoyHeaders;
    private boolean childSpans;
    private boolean dynamicStats = true;

    HttpFilterChainCompiler(CompileContext context, String statPrefix, TrafficDirection direction) {
        this.context = context;
        this.filters = context.filters(statPrefix, direction);
    }

    /// The router's `suppress_envoy_headers`.
    boolean suppressesEnvoyHeaders() {
        return suppressEnvoyHeaders;
    }

    /// The router's `dynamic_stats`.
    boolean hasDynamicStats() {
        return dynamicStats;
    }

    /// The router's `start_child_span`.
    boolean hasChildSpans() {
        return childSpans;
    }

    HttpFilterChain compile(HttpConnectionManager proto, ConfigPlace at) {
        boolean ended = false;
        for (int i = 0; i < proto.getHttpFiltersCount(); i++) {
            HttpFilter each = proto.getHttpFilters(i);
            ConfigPlace place = at.element("http_filters", i);
            if (each.hasConfigDiscovery()) {
                discovered(each, place.field("config_discovery"));
            } else if (Anys.is(each.getTypedConfig(), Router.class)) {
                ended = i == proto.getHttpFiltersCount() - 1;
                router(each.getTypedConfig(), place);
            } else {
                fixed(each, place.field("typed_config"));
            }
        }
        if (!ended) {
            at.field("http_filters").refuse("must end with envoy.filters.http.router");
        }
        return new HttpFilterChain(places);
    }

    private void fixed(HttpFilter proto, ConfigPlace at) {
        var filter = HttpFilters.compile(proto.getName(), proto.getTypedConfig(), at, filters);
        if (filter != null) {
            places.add(
                    new Place.Fixed(
                            new HttpFilterChain.Named(
                                    proto.getName(), filter, proto.getDisabled())));
        }
    }

    private void discovered(HttpFilter proto, ConfigPlace at) {
        ExtensionConfigSource source = proto.getConfigDiscovery();
        Set<String> types = types(source, at);
        if (source.getApplyDefaultConfigWithoutWarming() && !source.hasDefaultConfig()) {
            at.field("apply_default_config_without_warming").refuse("needs a default_config");
        }
        String name = proto.getName();
        var usual = usual(name, source, types, at.field("default_config"));
        if (at.isClean()) {
            places.add(
                    new Place.Discovered(
                            name,
                            new DiscoveredFilter(
                                    context.extensions().apply(source.getConfigSource(), name),
                                    types,
                                    usual,
                                    (config, where) ->
                                            HttpFilters.compile(name, config, where, filters)),
                            proto.getDisabled()));
        }
    }

    private static Set<String> types(ExtensionConfigSource source, ConfigPlace at) {
        Set<String> types = new HashSet<>();
        if (source.getTypeUrlsCount() == 0) {
            at.field("type_urls").refuse("is empty");
        }
        for (int i = 0; i < source.getTypeUrlsCount(); i++) {
            String type = Anys.typeName(source.getTypeUrls(i));
            if (type.equals(ROUTER)) {
                at.element("type_urls", i).refuse("the router by itself is not supported yet");
            } else if (!HttpFilters.types().contains(type)) {
                at.element("type_urls", i).refuse("'" + type + "' is no HTTP filter of this proxy");
            }
            types.add(type);
        }
        return types;
    }

    private io.meltemi.proxy.filter.@Nullable HttpFilter usual(
            String name, ExtensionConfigSource source, Set<String> types, ConfigPlace at) {
        if (!source.hasDefaultConfig()) {
            return null;
        }
        Any config = source.getDefaultConfig();
        if (!types.contains(Anys.typeName(config.getTypeUrl()))) {
            at.refuse("'" + config.getTypeUrl() + "' is not among the type_urls");
            return null;
        }
        return HttpFilters.compile(name, config, at, filters);
    }

    @SuppressWarnings("deprecation") // start_child_span: older files have it
    private void router(Any config, ConfigPlace at) {
        try {
            Router router = Anys.unpack(config, Router.class);
            ProxyFields.all().check(router, at.field("typed_config"));
            suppressEnvoyHeaders = router.getSuppressEnvoyHeaders();
            childSpans = router.getStartChildSpan();
            dynamicStats = !router.hasDynamicStats() || router.getDynamicStats().getValue();
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            at.field("typed_config").refuse("cannot be read: " + e.getMessage());
        }
    }
}
