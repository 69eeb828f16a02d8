package io.meltemi.proxy.filter.ratelimit;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.config.ratelimit.v3.RateLimitServiceConfig;
import io.envoyproxy.envoy.extensions.filters.http.ratelimit.v3.RateLimit;
import io.envoyproxy.envoy.extensions.filters.http.ratelimit.v3.RateLimitPerRoute;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.config.match.HeaderMutationCompiler;
import io.meltemi.proxy.config.match.MatchFields;
import io.meltemi.proxy.config.match.Values;
import io.meltemi.proxy.config.route.RateLimitCompiler;
import io.meltemi.proxy.config.route.RouteFields;
import io.meltemi.proxy.decide.match.Fraction;
import io.meltemi.proxy.decide.rewrite.HeaderMutations;
import io.meltemi.proxy.filter.FilterContext;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.TypedConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Compiles `envoy.filters.http.ratelimit`. Immutable: pure functions.
public final class RateLimitFilterCompiler {
    private static final long DEFAULT_TIMEOUT_NANOS = 20_000_000L;
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .include(MatchFields.FIELDS)
                    .include(RouteFields.fields())
                    .supports(
                            RateLimit.getDescriptor(),
                            "domain stage request_type timeout failure_mode_deny"
                                    + " rate_limit_service disable_x_envoy_ratelimited_header"
                                    + " rate_limited_status response_headers_to_add"
                                    + " status_on_error stat_prefix filter_enabled"
                                    + " filter_enforced")
                    .supports(
                            RateLimitServiceConfig.getDescriptor(),
                            "grpc_service transport_api_version")
                    .supports(
                            RateLimitPerRoute.getDescriptor(), "vh_rate_limits rate_limits domain")
                    .build();

    private RateLimitFilterCompiler() {}

    public static @Nullable HttpFilter compile(
            String name, Any config, ConfigPlace at, FilterContext context) {
        RateLimit limit = TypedConfig.open(config, RateLimit.getDefaultInstance(), FIELDS, at);
        if (limit == null) {
            return null;
        }
        if (limit.getDomain().isEmpty()) {
            at.field("domain").refuse("must not be empty");
        }
        if (!limit.getRequestType().isEmpty() && !limit.getRequestType().equals("both")) {
            at.field("request_type")
                    .refuse("'" + limit.getRequestType() + "': only both is supported");
        }
        RateLimitService service =
                context.rateLimitServices()
                        .find(
                                limit.getRateLimitService().getGrpcService(),
                                at.field("rate_limit_service").field("grpc_service"));
        if (service == null) {
            return null;
        }
        String prefix =
                limit.getStatPrefix().isEmpty()
                        ? "ratelimit."
                        : "ratelimit." + limit.getStatPrefix() + ".";
        return new RateLimitFilter(
                settings(name, limit, at, context),
                service,
                context.random(),
                RateLimitFilter.Counts.of(context.stats(), prefix),
                context.node().getCluster());
    }

    private static RateLimitFilter.Settings settings(
            String name, RateLimit limit, ConfigPlace at, FilterContext context) {
        return new RateLimitFilter.Settings(
                name,
                limit.getDomain(),
                limit.getStage(),
                limit.hasTimeout()
                        ? Values.nanos(limit.getTimeout(), at.field("timeout"))
                        : DEFAULT_TIMEOUT_NANOS,
                limit.getFailureModeDeny(),
                status(limit.getRateLimitedStatus(), 429),
                status(limit.getStatusOnError(), 500),
                !limit.getDisableXEnvoyRatelimitedHeader(),
                HeaderMutations.of(
                        List.of(
                                new HeaderMutations.Level(
                                        List.of(),
                                        HeaderMutationCompiler.compileAdds(
                                                limit.getResponseHeadersToAddList(),
                                                at,
                                                "response_headers_to_add")))),
                share(
                        limit.hasFilterEnabled(),
                        limit.getFilterEnabled(),
                        context,
                        at.field("filter_enabled")),
                share(
                        limit.hasFilterEnforced(),
                        limit.getFilterEnforced(),
                        context,
                        at.field("filter_enforced")));
    }

    private static Fraction share(
            boolean isSet,
            RuntimeFractionalPercent percent,
            FilterContext context,
            ConfigPlace at) {
        return Values.share(isSet, percent, Fraction.ALL, context.runtime(), at);
    }

    /// Envoy: a status below 400 is not taken.
    private static int status(HttpStatus status, int otherwise) {
        return status.getCodeValue() >= 400 ? status.getCodeValue() : otherwise;
    }

    public static @Nullable Object compileRoute(Any config, ConfigPlace at, FilterContext context) {
        RateLimitPerRoute perRoute =
                TypedConfig.open(config, RateLimitPerRoute.getDefaultInstance(), FIELDS, at);
        if (perRoute == null) {
            return null;
        }
        RouteRateLimits.HostLimits hostLimits =
                switch (perRoute.getVhRateLimits()) {
                    case OVERRIDE, UNRECOGNIZED -> RouteRateLimits.HostLimits.OVERRIDE;
                    case INCLUDE -> RouteRateLimits.HostLimits.INCLUDE;
                    case IGNORE -> RouteRateLimits.HostLimits.IGNORE;
                };
        return new RouteRateLimits(
                hostLimits,
                perRoute.getDomain(),
                RateLimitCompiler.compile(perRoute.getRateLimitsList(), at));
    }
}
