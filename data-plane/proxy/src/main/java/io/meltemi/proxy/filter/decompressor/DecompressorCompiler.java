package io.meltemi.proxy.filter.decompressor;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.RuntimeFeatureFlag;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.filters.http.decompressor.v3.Decompressor;
import io.envoyproxy.envoy.extensions.filters.http.decompressor.v3.Decompressor.CommonDirectionConfig;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.filter.FilterContext;
import io.meltemi.proxy.filter.FilterStats;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.TypedConfig;
import io.meltemi.proxy.filter.compression.DecompressorLibraries;
import io.meltemi.proxy.filter.compression.DecompressorLibrary;
import org.jspecify.annotations.Nullable;

/// Compiles `envoy.filters.http.decompressor`. Immutable: pure functions.
public final class DecompressorCompiler {
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .supports(
                            Decompressor.getDescriptor(),
                            "decompressor_library request_direction_config"
                                    + " response_direction_config")
                    .supports(
                            Decompressor.RequestDirectionConfig.getDescriptor(),
                            "common_config advertise_accept_encoding")
                    .supports(Decompressor.ResponseDirectionConfig.getDescriptor(), "common_config")
                    .supports(
                            CommonDirectionConfig.getDescriptor(),
                            "enabled ignore_no_transform_header")
                    .supports(RuntimeFeatureFlag.getDescriptor(), "default_value")
                    .ignores(RuntimeFeatureFlag.getDescriptor(), "runtime_key")
                    .supports(TypedExtensionConfig.getDescriptor(), "name typed_config")
                    .build();

    private DecompressorCompiler() {}

    public static @Nullable HttpFilter compile(
            String name, Any config, ConfigPlace at, FilterContext context) {
        Decompressor decompressor =
                TypedConfig.open(config, Decompressor.getDefaultInstance(), FIELDS, at);
        if (decompressor == null) {
            return null;
        }
        DecompressorLibrary library =
                DecompressorLibraries.compile(
                        decompressor.getDecompressorLibrary(), at.field("decompressor_library"));
        if (library == null) {
            return null;
        }
        String own = decompressor.getDecompressorLibrary().getName();
        String prefix = "decompressor." + own + "." + library.statName() + ".";
        FilterStats errors =
                counter -> context.stats().counter(prefix + "decompressor_library." + counter);
        var request = decompressor.getRequestDirectionConfig();
        var response = decompressor.getResponseDirectionConfig();
        return new DecompressorFilter(
                library.coding(),
                library.makers().apply(errors),
                "x-envoy-decompressor-" + own,
                !request.hasAdvertiseAcceptEncoding()
                        || request.getAdvertiseAcceptEncoding().getValue(),
                direction(request.getCommonConfig(), context.stats(), prefix + "request."),
                direction(response.getCommonConfig(), context.stats(), prefix + "response."));
    }

    private static DecompressorFilter.Direction direction(
            CommonDirectionConfig config, FilterStats stats, String prefix) {
        RuntimeFeatureFlag flag = config.getEnabled();
        return new DecompressorFilter.Direction(
                !config.hasEnabled()
                        || !flag.hasDefaultValue()
                        || flag.getDefaultValue().getValue(),
                config.getIgnoreNoTransformHeader(),
                DecompressorCounts.of(stats, prefix));
    }
}
