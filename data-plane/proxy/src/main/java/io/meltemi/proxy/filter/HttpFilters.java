package io.meltemi.proxy.filter;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.route.v3.FilterConfig;
import io.meltemi.proxy.config.TypedStructs;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.route.FilterConfigs;
import io.meltemi.proxy.decide.route.Route;
import io.meltemi.proxy.filter.alpn.AlpnCompiler;
import io.meltemi.proxy.filter.buffer.BufferCompiler;
import io.meltemi.proxy.filter.compressor.CompressorCompiler;
import io.meltemi.proxy.filter.cors.CorsCompiler;
import io.meltemi.proxy.filter.csrf.CsrfCompiler;
import io.meltemi.proxy.filter.decompressor.DecompressorCompiler;
import io.meltemi.proxy.filter.dynamicforward.DynamicForwardCompiler;
import io.meltemi.proxy.filter.extauthz.ExtAuthzCompiler;
import io.meltemi.proxy.filter.fault.FaultCompiler;
import io.meltemi.proxy.filter.grpcstats.GrpcStatsCompiler;
import io.meltemi.proxy.filter.grpcweb.GrpcWebCompiler;
import io.meltemi.proxy.filter.headermutation.HeaderMutationFilterCompiler;
import io.meltemi.proxy.filter.healthcheck.HealthCheckCompiler;
import io.meltemi.proxy.filter.istiostats.IstioStatsCompiler;
import io.meltemi.proxy.filter.jwt.JwtAuthnCompiler;
import io.meltemi.proxy.filter.localratelimit.LocalRateLimitCompiler;
import io.meltemi.proxy.filter.ondemand.OnDemandCompiler;
import io.meltemi.proxy.filter.peermetadata.PeerMetadataCompiler;
import io.meltemi.proxy.filter.ratelimit.RateLimitFilterCompiler;
import io.meltemi.proxy.filter.rbac.RbacCompiler;
import io.meltemi.proxy.filter.setfilterstate.SetFilterStateCompiler;
import io.meltemi.proxy.filter.setmetadata.SetMetadataCompiler;
import io.meltemi.proxy.filter.statefulsession.StatefulSessionCompiler;
import io.meltemi.proxy.observe.stats.TiedStats;
import io.meltemi.proxy.observe.stats.TrafficStats;
import io.meltemi.proxy.runtime.RuntimeKeys;
import io.meltemi.xds.message.Anys;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Every HTTP filter this proxy has, by the type of its configuration. Immutable.
public final class HttpFilters implements FilterConfigs {
    private static final String FILTERS = "envoy.extensions.filters.http.";
    private static final String FILTER_CONFIG = FilterConfig.getDescriptor().getFullName();

    private static final Map<String, HttpFilterCompiler> COMPILERS =
            Map.ofEntries(
                    Map.entry(
                            "istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig",
                            AlpnCompiler::compile),
                    Map.entry("stats.PluginConfig", IstioStatsCompiler::compile),
                    Map.entry("io.istio.http.peer_metadata.Config", PeerMetadataCompiler::compile),
                    Map.entry(FILTERS + "buffer.v3.Buffer", BufferCompiler::compile),
                    Map.entry(FILTERS + "compressor.v3.Compressor", CompressorCompiler::compile),
                    Map.entry(FILTERS + "cors.v3.Cors", CorsCompiler::compile),
                    Map.entry(FILTERS + "csrf.v3.CsrfPolicy", CsrfCompiler::compile),
                    Map.entry(
                            FILTERS + "decompressor.v3.Decompressor",
                            DecompressorCompiler::compile),
                    Map.entry(
                            FILTERS + "dynamic_forward_proxy.v3.FilterConfig",
                            DynamicForwardCompiler::compile),
                    Map.entry(FILTERS + "ext_authz.v3.ExtAuthz", ExtAuthzCompiler::compile),
                    Map.entry(FILTERS + "fault.v3.HTTPFault", FaultCompiler::compile),
                    Map.entry(FILTERS + "grpc_stats.v3.FilterConfig", GrpcStatsCompiler::compile),
                    Map.entry(FILTERS + "grpc_web.v3.GrpcWeb", GrpcWebCompiler::compile),
                    Map.entry(
                            FILTERS + "header_mutation.v3.HeaderMutation",
                            HeaderMutationFilterCompiler::compile),
                    Map.entry(
                            FILTERS + "health_check.v3.HealthCheck", HealthCheckCompiler::compile),
                    Map.entry(
                            FILTERS + "jwt_authn.v3.JwtAuthentication", JwtAuthnCompiler::compile),
                    Map.entry(
                            FILTERS + "local_ratelimit.v3.LocalRateLimit",
                            LocalRateLimitCompiler::compile),
                    Map.entry(FILTERS + "on_demand.v3.OnDemand", OnDemandCompiler::compile),
                    Map.entry(FILTERS + "ratelimit.v3.RateLimit", RateLimitFilterCompiler::compile),
                    Map.entry(FILTERS + "rbac.v3.RBAC", RbacCompiler::compile),
                    Map.entry(
                            FILTERS + "set_filter_state.v3.Config",
                            SetFilterStateCompiler::compile),
                    Map.entry(FILTERS + "set_metadata.v3.Config", SetMetadataCompiler::compile),
                    Map.entry(
                            FILTERS + "stateful_session.v3.StatefulSession",
                            StatefulSessionCompiler::compile));

    private static final Map<String, HttpFilterCompiler.PerRoute> PER_ROUTE =
            Map.ofEntries(
                    Map.entry(FILTERS + "buffer.v3.BufferPerRoute", BufferCompiler::compileRoute),
                    Map.entry(
                            FILTERS + "compressor.v3.CompressorPerRoute",
                            CompressorCompiler::compileRoute),
                    Map.entry(FILTERS + "cors.v3.CorsPolicy", CorsCompiler::compileRoute),
                    Map.entry(FILTERS + "csrf.v3.CsrfPolicy", CsrfCompiler::compileRoute),
                    Map.entry(
                            FILTERS + "dynamic_forward_proxy.v3.PerRouteConfig",
                            DynamicForwardCompiler::compileRoute),
                    Map.entry(
                            FILTERS + "ext_authz.v3.ExtAuthzPerRoute",
                            ExtAuthzCompiler::compileRoute),
                    Map.entry(FILTERS + "fault.v3.HTTPFault", FaultCompiler::compileRoute),
                    Map.entry(
                            FILTERS + "header_mutation.v3.HeaderMutationPerRoute",
                            HeaderMutationFilterCompiler::compileRoute),
                    Map.entry(
                            FILTERS + "jwt_authn.v3.PerRouteConfig",
                            JwtAuthnCompiler::compileRoute),
                    Map.entry(
                            FILTERS + "local_ratelimit.v3.LocalRateLimit",
                            LocalRateLimitCompiler::compileRoute),
                    Map.entry(
                            FILTERS + "on_demand.v3.PerRouteConfig",
                            OnDemandCompiler::compileRoute),
                    Map.entry(
                            FILTERS + "ratelimit.v3.RateLimitPerRoute",
                            RateLimitFilterCompiler::compileRoute),
                    Map.entry(FILTERS + "rbac.v3.RBACPerRoute", RbacCompiler::compileRoute),
                    Map.entry(
                            FILTERS + "set_filter_state.v3.Config",
                            SetFilterStateCompiler::compileRoute),
                    Map.entry(
                            FILTERS + "set_metadata.v3.Config", SetMetadataCompiler::compileRoute),
                    Map.entry(
                            FILTERS + "stateful_session.v3.StatefulSessionPerRoute",
                            StatefulSessionCompiler::compileRoute));

    private final FilterContext context;
    private final TiedStats stats;

    /// @param stats where routes count
    public HttpFilters(FilterContext context, TiedStats stats) {
        this.context = context;
        this.stats = stats;
    }

    @Override
    public TrafficStats traffic(String prefix) {
        return stats.traffic(prefix);
    }

    @Override
    public RuntimeKeys runtime() {
        return context.runtime();
    }

    /// Full names of the messages [#compile(String, Any, ConfigPlace, FilterContext)] takes.
    public static Set<String> types() {
        return COMPILERS.keySet();
    }

    /// Makes a filter; null when it was refused at `at`.
    ///
    /// @param name the filter's name in its connection manager
    public static @Nullable HttpFilter compile(
            String name, Any written, ConfigPlace at, FilterContext context) {
        Any config = TypedStructs.unwrap(written, at);
        if (config == null) {
            return null;
        }
        HttpFilterCompiler compiler = COMPILERS.get(Anys.typeName(config.getTypeUrl()));
        if (compiler == null) {
            at.refuse("'" + config.getTypeUrl() + "' is no HTTP filter of this proxy");
            return null;
        }
        return compiler.compile(name, config, at, context);
    }

    @Override
    public @Nullable Object compile(String filterName, Any written, ConfigPlace at) {
        Any config = TypedStructs.unwrap(written, at);
        if (config == null) {
            return null;
        }
        if (Anys.typeName(config.getTypeUrl()).equals(FILTER_CONFIG)) {
            return wrapped(filterName, config, at);
        }
        HttpFilterCompiler.PerRoute compiler = PER_ROUTE.get(Anys.typeName(config.getTypeUrl()));
        if (compiler == null) {
            at.refuse("'" + config.getTypeUrl() + "' configures no HTTP filter of this proxy");
            return null;
        }
        return compiler.compile(config, at, context);
    }

    private @Nullable Object wrapped(String filterName, Any config, ConfigPlace at) {
        try {
            FilterConfig wrapper = FilterConfig.parseFrom(config.getValue());
            if (wrapper.getDisabled()) {
                return Route.FILTER_DISABLED;
            }
            if (!wrapper.hasConfig()) {
                at.field("config").refuse("must be set unless disabled is");
                return null;
            }
            if (wrapper.getConfig().getTypeUrl().isEmpty()) {
                return Route.FILTER_ENABLED;
            }
            boolean known = PER_ROUTE.containsKey(Anys.typeName(wrapper.getConfig().getTypeUrl()));
            return !known && wrapper.getIsOptional()
                    ? null
                    : compile(filterName, wrapper.getConfig(), at.field("config"));
        } catch (InvalidProtocolBufferException e) {
            at.refuse("the value is no " + FILTER_CONFIG + ": " + e.getMessage());
            return null;
        }
    }
}
