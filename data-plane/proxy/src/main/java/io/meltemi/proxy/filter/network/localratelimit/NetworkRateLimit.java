package io.meltemi.proxy.filter.network.localratelimit;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.RuntimeFeatureFlag;
import io.envoyproxy.envoy.extensions.filters.network.local_ratelimit.v3.LocalRateLimit;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.config.match.Values;
import io.meltemi.proxy.filter.FilterStats;
import io.meltemi.proxy.filter.TypedConfig;
import io.meltemi.proxy.filter.localratelimit.TokenBucket;
import io.meltemi.proxy.filter.network.NetworkConnection;
import io.meltemi.proxy.filter.network.NetworkFilter;
import io.meltemi.proxy.filter.network.NetworkFilterContext;
import io.meltemi.proxy.http.ResponseFlag;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Lets so many connections in and closes the others, before TLS costs anything. Immutable.
public final class NetworkRateLimit implements NetworkFilter {
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    // `share_key` is refused: buckets are a filter chain's own.
                    .supports(
                            LocalRateLimit.getDescriptor(),
                            "stat_prefix token_bucket runtime_enabled")
                    .supports(
                            io.envoyproxy.envoy.type.v3.TokenBucket.getDescriptor(),
                            "max_tokens tokens_per_fill fill_interval")
                    .supports(RuntimeFeatureFlag.getDescriptor(), "default_value runtime_key")
                    .build();

    private final TokenBucket bucket;
    private final BooleanSupplier enabled;
    private final FilterStats.Count limited;

    private NetworkRateLimit(
            TokenBucket bucket, BooleanSupplier enabled, FilterStats.Count limited) {
        this.bucket = bucket;
        this.enabled = enabled;
        this.limited = limited;
    }

    /// @return null when the configuration was refused at `at`
    public static @Nullable NetworkFilter compile(
            Any config, ConfigPlace at, NetworkFilterContext context) {
        LocalRateLimit limit =
                TypedConfig.open(config, LocalRateLimit.getDefaultInstance(), FIELDS, at);
        if (limit == null) {
            return null;
        }
        ConfigPlace place = at.field("token_bucket");
        var tokens = limit.getTokenBucket();
        long most = Integer.toUnsignedLong(tokens.getMaxTokens());
        long perFill =
                tokens.hasTokensPerFill()
                        ? Integer.toUnsignedLong(tokens.getTokensPerFill().getValue())
                        : 1;
        long interval = Values.nanos(tokens.getFillInterval(), place.field("fill_interval"));
        if (most == 0 || perFill == 0) {
            place.refuse("max_tokens and tokens_per_fill must be above 0");
        }
        if (interval < 50_000_000L) {
            place.field("fill_interval").refuse("must be at least 50 ms");
        }
        if (!at.isClean()) {
            return null;
        }
        return new NetworkRateLimit(
                new TokenBucket(context.ticker(), most, perFill, interval),
                context.switchOf(limit.hasRuntimeEnabled(), limit.getRuntimeEnabled()),
                context.rootStats()
                        .counter("local_rate_limit." + limit.getStatPrefix() + ".rate_limited"));
    }

    @Override
    public boolean onConnection(NetworkConnection connection) {
        if (!enabled.getAsBoolean() || bucket.take()) {
            return true;
        }
        limited.increment();
        connection.close(null, ResponseFlag.UPSTREAM_RETRY_LIMIT_EXCEEDED);
        return false;
    }
}
