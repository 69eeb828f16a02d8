package io.meltemi.proxy.filter.localratelimit;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.LocalRateLimitDescriptor;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor;
import io.envoyproxy.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.config.match.HeaderMutationCompiler;
import io.meltemi.proxy.config.match.Values;
import io.meltemi.proxy.config.route.RateLimitCompiler;
import io.meltemi.proxy.config.route.RouteFields;
import io.meltemi.proxy.decide.match.Fraction;
import io.meltemi.proxy.decide.ratelimit.RateLimitPolicy;
import io.meltemi.proxy.decide.rewrite.HeaderMutations;
import io.meltemi.proxy.filter.FilterContext;
import io.meltemi.proxy.filter.FilterStats;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.TypedConfig;
import io.meltemi.proxy.http.LocalReply;
import io.meltemi.proxy.http.ResponseFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Compiles `envoy.filters.http.local_ratelimit`. Immutable: pure functions.
public final class LocalRateLimitCompiler {
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .include(RouteFields.fields())
                    .supports(
                            LocalRateLimit.getDescriptor(),
                            "stat_prefix status token_bucket filter_enabled filter_enforced"
                                    + " request_headers_to_add_when_not_enforced"
                                    + " response_headers_to_add descriptors stage"
                                    + " always_consume_default_token_bucket rate_limits")
                    .supports(
                            io.envoyproxy.envoy.type.v3.TokenBucket.getDescriptor(),
                            "max_tokens tokens_per_fill fill_interval")
                    .supports(LocalRateLimitDescriptor.getDescriptor(), "entries token_bucket")
                    .supports(RateLimitDescriptor.Entry.getDescriptor(), "key value")
                    .build();

    private LocalRateLimitCompiler() {}

    public static @Nullable HttpFilter compile(
            String name, Any config, ConfigPlace at, FilterContext context) {
        LocalRateLimits limits = limits(config, at, context);
        return limits == null
                ? null
                : new LocalRateLimitFilter(
                        name, limits, context.random(), context.node().getCluster());
    }

    public static @Nullable Object compileRoute(Any config, ConfigPlace at, FilterContext context) {
        return limits(config, at, context);
    }

    private static @Nullable LocalRateLimits limits(
            Any config, ConfigPlace at, FilterContext context) {
        LocalRateLimit limit =
                TypedConfig.open(config, LocalRateLimit.getDefaultInstance(), FIELDS, at);
        if (limit == null) {
            return null;
        }
        if (limit.getStatPrefix().isEmpty()) {
            at.field("stat_prefix").refuse("must not be empty");
        }
        int code = limit.getStatus().getCodeValue();
        return new LocalRateLimits(
                limit.hasTokenBucket()
                        ? bucket(limit.getTokenBucket(), at.field("token_bucket"), context)
                        : null,
                buckets(limit, at, context),
                !limit.hasAlwaysConsumeDefaultTokenBucket()
                        || limit.getAlwaysConsumeDefaultTokenBucket().getValue(),
                limit.getStage(),
                RateLimitCompiler.compile(limit.getRateLimitsList(), at),
                share(
                        limit.hasFilterEnabled(),
                        limit.getFilterEnabled(),
                        context,
                        at.field("filter_enabled")),
                share(
                        limit.hasFilterEnforced(),
                        limit.getFilterEnforced(),
                        context,
                        at.field("filter_enforced")),
                mutations(
                        limit.getRequestHeadersToAddWhenNotEnforcedList(),
                        at,
                        "request_headers_to_add_when_not_enforced"),
                mutations(limit.getResponseHeadersToAddList(), at, "response_headers_to_add"),
                new LocalReply(
                        code >= 400 ? code : 429,
                        "local_rate_limited",
                        ResponseFlag.RATE_LIMITED,
                        "local_rate_limited",
                        Map.of()),
                counts(limit.getStatPrefix() + ".http_local_rate_limit.", context.rootStats()));
    }

    /// Envoy: the filter does nothing, and enforces nothing, unless a share is given.
    private static Fraction share(
            boolean isSet,
            RuntimeFractionalPercent percent,
            FilterContext context,
            ConfigPlace at) {
        return Values.share(isSet, percent, Fraction.NONE, context.runtime(), at);
    }

    private static HeaderMutations mutations(
            List<HeaderValueOption> add, ConfigPlace at, String field) {
        return HeaderMutations.of(
                List.of(
                        new HeaderMutations.Level(
                                List.of(), HeaderMutationCompiler.compileAdds(add, at, field))));
    }

    private static LocalRateLimits.Counts counts(String prefix, FilterStats stats) {
        return new LocalRateLimits.Counts(
                stats.counter(prefix + "enabled"),
                stats.counter(prefix + "enforced"),
                stats.counter(prefix + "ok"),
                stats.counter(prefix + "rate_limited"));
    }

    private static List<LocalRateLimits.Bucket> buckets(
            LocalRateLimit limit, ConfigPlace at, FilterContext context) {
        List<LocalRateLimits.Bucket> buckets = new ArrayList<>();
        for (int i = 0; i < limit.getDescriptorsCount(); i++) {
            LocalRateLimitDescriptor descriptor = limit.getDescriptors(i);
            ConfigPlace place = at.element("descriptors", i);
            List<RateLimitPolicy.Entry> entries = new ArrayList<>();
            for (int j = 0; j < descriptor.getEntriesCount(); j++) {
                RateLimitDescriptor.Entry entry = descriptor.getEntries(j);
                if (entry.getValue().isEmpty()) {
                    place.element("entries", j)
                            .field("value")
                            .refuse("is empty: a bucket for each value is not supported");
                }
                entries.add(new RateLimitPolicy.Entry(entry.getKey(), entry.getValue()));
            }
            buckets.add(
                    new LocalRateLimits.Bucket(
                            entries,
                            bucket(
                                    descriptor.getTokenBucket(),
                                    place.field("token_bucket"),
                                    context)));
        }
        return buckets;
    }

    private static TokenBucket bucket(
            io.envoyproxy.envoy.type.v3.TokenBucket bucket, ConfigPlace at, FilterContext context) {
        long max = Integer.toUnsignedLong(bucket.getMaxTokens());
        long perFill =
                bucket.hasTokensPerFill()
                        ? Integer.toUnsignedLong(bucket.getTokensPerFill().getValue())
                        : 1;
        long interval = Values.nanos(bucket.getFillInterval(), at.field("fill_interval"));
        if (max == 0) {
            at.field("max_tokens").refuse("must be above 0");
        }
        if (perFill == 0) {
            at.field("tokens_per_fill").refuse("must be above 0");
        }
        if (interval < 50_000_000L) {
            at.field("fill_interval").refuse("must be at least 50 ms");
        }
        return new TokenBucket(
                context.ticker(), Math.max(1, max), Math.max(1, perFill), Math.max(1, interval));
    }
}
