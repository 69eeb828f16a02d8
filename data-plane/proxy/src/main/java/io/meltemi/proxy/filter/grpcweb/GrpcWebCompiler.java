package io.meltemi.proxy.filter.grpcweb;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.grpc_web.v3.GrpcWeb;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.filter.FilterContext;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.TypedConfig;
import io.meltemi.proxy.filter.grpc.CallCounts;
import org.jspecify.annotations.Nullable;

/// Compiles `envoy.filters.http.grpc_web`. Immutable: pure functions.
public final class GrpcWebCompiler {
    private static final SupportedFields FIELDS =
            SupportedFields.builder().supports(GrpcWeb.getDescriptor(), "").build();

    private GrpcWebCompiler() {}

    public static @Nullable HttpFilter compile(
            String name, Any config, ConfigPlace at, FilterContext context) {
        GrpcWeb web = TypedConfig.open(config, GrpcWeb.getDefaultInstance(), FIELDS, at);
        return web == null
                ? null
                : new GrpcWebFilter(new CallCounts(context.rootStats(), "grpc-web"));
    }
}
