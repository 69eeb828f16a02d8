package io.meltemi.proxy.filter.buffer;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.buffer.v3.Buffer;
import io.envoyproxy.envoy.extensions.filters.http.buffer.v3.BufferPerRoute;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.filter.FilterContext;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.TypedConfig;
import org.jspecify.annotations.Nullable;

/// Compiles `envoy.filters.http.buffer`. Immutable: pure functions.
public final class BufferCompiler {
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .supports(Buffer.getDescriptor(), "max_request_bytes")
                    .supports(BufferPerRoute.getDescriptor(), "disabled buffer")
                    .build();

    private BufferCompiler() {}

    public static @Nullable HttpFilter compile(
            String name, Any config, ConfigPlace at, FilterContext context) {
        Buffer buffer = TypedConfig.open(config, Buffer.getDefaultInstance(), FIELDS, at);
        return buffer == null ? null : new BufferFilter(name, limit(buffer, at));
    }

    public static @Nullable Object compileRoute(Any config, ConfigPlace at, FilterContext context) {
        BufferPerRoute route =
                TypedConfig.open(config, BufferPerRoute.getDefaultInstance(), FIELDS, at);
        if (route == null) {
            return null;
        }
        return switch (route.getOverrideCase()) {
            case DISABLED -> {
                if (!route.getDisabled()) {
                    at.field("disabled").refuse("must be true");
                }
                yield BufferFilter.OFF;
            }
            case BUFFER -> limit(route.getBuffer(), at.field("buffer"));
            case OVERRIDE_NOT_SET -> {
                at.refuse("must have disabled or buffer");
                yield null;
            }
        };
    }

    private static BufferFilter.Limit limit(Buffer buffer, ConfigPlace at) {
        long bytes = Integer.toUnsignedLong(buffer.getMaxRequestBytes().getValue());
        if (bytes == 0) {
            at.field("max_request_bytes").refuse("must be above 0");
        }
        return new BufferFilter.Limit(bytes);
    }
}
