package io.meltemi.proxy.filter.grpcstats;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.GrpcMethodList;
import io.envoyproxy.envoy.extensions.filters.http.grpc_stats.v3.FilterConfig;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.filter.FilterContext;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.TypedConfig;
import io.meltemi.proxy.filter.grpc.CallCounts;
import io.meltemi.proxy.filter.grpc.GrpcMethod;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compiles `envoy.filters.http.grpc_stats`. Immutable: pure functions.
public final class GrpcStatsCompiler {
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .supports(
                            FilterConfig.getDescriptor(),
                            "individual_method_stats_allowlist stats_for_all_methods"
                                    + " replace_dots_in_grpc_service_name emit_filter_state")
                    .supports(GrpcMethodList.getDescriptor(), "services")
                    .supports(GrpcMethodList.Service.getDescriptor(), "name method_names")
                    .build();

    private GrpcStatsCompiler() {}

    public static @Nullable HttpFilter compile(
            String name, Any config, ConfigPlace at, FilterContext context) {
        FilterConfig stats =
                TypedConfig.open(config, FilterConfig.getDefaultInstance(), FIELDS, at);
        if (stats == null) {
            return null;
        }
        Set<GrpcMethod> listed = new HashSet<>();
        for (var service : stats.getIndividualMethodStatsAllowlist().getServicesList()) {
            service.getMethodNamesList()
                    .forEach(method -> listed.add(new GrpcMethod(service.getName(), method)));
        }
        return new GrpcStatsFilter(
                new CallCounts(context.rootStats(), "grpc"),
                stats.getStatsForAllMethods().getValue(),
                listed,
                stats.getReplaceDotsInGrpcServiceName(),
                stats.getEmitFilterState());
    }
}
