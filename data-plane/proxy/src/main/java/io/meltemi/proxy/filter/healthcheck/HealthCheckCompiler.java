package io.meltemi.proxy.filter.healthcheck;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.health_check.v3.HealthCheck;
import io.envoyproxy.envoy.type.v3.Percent;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.config.match.HeaderMatchCompiler;
import io.meltemi.proxy.config.match.MatchFields;
import io.meltemi.proxy.config.match.Values;
import io.meltemi.proxy.filter.FilterContext;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.TypedConfig;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Compiles `envoy.filters.http.health_check`. Immutable: pure functions.
public final class HealthCheckCompiler {
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .include(MatchFields.FIELDS)
                    .supports(
                            HealthCheck.getDescriptor(),
                            "pass_through_mode cache_time cluster_min_healthy_percentages headers")
                    .supports(Percent.getDescriptor(), "value")
                    .build();

    private HealthCheckCompiler() {}

    public static @Nullable HttpFilter compile(
            String name, Any config, ConfigPlace at, FilterContext context) {
        HealthCheck check = TypedConfig.open(config, HealthCheck.getDefaultInstance(), FIELDS, at);
        if (check == null) {
            return null;
        }
        boolean passThrough = check.getPassThroughMode().getValue();
        long cacheNanos = Values.nanos(check.getCacheTime(), at.field("cache_time"));
        if (!check.hasPassThroughMode()) {
            at.field("pass_through_mode").refuse("must be set");
        }
        if (!passThrough && cacheNanos > 0) {
            at.field("cache_time").refuse("must not be set without pass_through_mode");
        }
        if (passThrough && check.getClusterMinHealthyPercentagesCount() > 0) {
            at.field("cluster_min_healthy_percentages")
                    .refuse("must not be set with pass_through_mode");
        }
        List<HealthCheckFilter.Minimum> minimums = new ArrayList<>();
        check.getClusterMinHealthyPercentagesMap()
                .forEach((cluster, percent) ->
                        minimums.add(new HealthCheckFilter.Minimum(cluster, percent.getValue())));
        return new HealthCheckFilter(
                HeaderMatchCompiler.compileAll(check.getHeadersList(), at, "headers"),
                passThrough,
                cacheNanos > 0 ? new AnswerCache(context.ticker(), cacheNanos) : null,
                minimums,
                context);
    }
}
