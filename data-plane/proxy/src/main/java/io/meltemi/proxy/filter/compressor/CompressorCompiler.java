package io.meltemi.proxy.filter.compressor;

import com.google.protobuf.Any;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.core.v3.RuntimeFeatureFlag;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.filters.http.compressor.v3.Compressor;
import io.envoyproxy.envoy.extensions.filters.http.compressor.v3.CompressorOverrides;
import io.envoyproxy.envoy.extensions.filters.http.compressor.v3.CompressorPerRoute;
import io.envoyproxy.envoy.extensions.filters.http.compressor.v3.ResponseDirectionOverrides;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.filter.FilterContext;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.TypedConfig;
import io.meltemi.proxy.filter.compression.CompressorLibraries;
import io.meltemi.proxy.filter.compression.CompressorLibrary;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compiles `envoy.filters.http.compressor`. Immutable: pure functions.
public final class CompressorCompiler {
    private static final int DEFAULT_MIN_BYTES = 30;
    private static final Set<String> DEFAULT_TYPES =
            Set.of(
                    "application/javascript",
                    "application/json",
                    "application/xhtml+xml",
                    "image/svg+xml",
                    "text/css",
                    "text/html",
                    "text/plain",
                    "text/xml");

    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .supports(
                            Compressor.getDescriptor(),
                            "content_length content_type disable_on_etag_header"
                                    + " remove_accept_encoding_header runtime_enabled"
                                    + " compressor_library request_direction_config"
                                    + " response_direction_config choose_first")
                    .supports(Compressor.RequestDirectionConfig.getDescriptor(), "common_config")
                    .supports(
                            Compressor.ResponseDirectionConfig.getDescriptor(),
                            "common_config disable_on_etag_header remove_accept_encoding_header"
                                    + " uncompressible_response_codes")
                    .supports(
                            Compressor.CommonDirectionConfig.getDescriptor(),
                            "enabled min_content_length content_type")
                    .supports(RuntimeFeatureFlag.getDescriptor(), "default_value")
                    .ignores(RuntimeFeatureFlag.getDescriptor(), "runtime_key")
                    .supports(TypedExtensionConfig.getDescriptor(), "name typed_config")
                    .supports(CompressorPerRoute.getDescriptor(), "disabled overrides")
                    .supports(CompressorOverrides.getDescriptor(), "response_direction_config")
                    .supports(
                            ResponseDirectionOverrides.getDescriptor(),
                            "remove_accept_encoding_header")
                    .build();

    private CompressorCompiler() {}

    public static @Nullable HttpFilter compile(
            String name, Any config, ConfigPlace at, FilterContext context) {
        Compressor compressor =
                TypedConfig.open(config, Compressor.getDefaultInstance(), FIELDS, at);
        if (compressor == null) {
            return null;
        }
        CompressorLibrary library =
                CompressorLibraries.compile(
                        compressor.getCompressorLibrary(), at.field("compressor_library"));
        if (library == null) {
            return null;
        }
        String prefix =
                "compressor."
                        + compressor.getCompressorLibrary().getName()
                        + "."
                        + library.statName()
                        + ".";
        return new CompressorFilter(
                name,
                library,
                requestRules(compressor),
                responseRules(compressor),
                compressor.getChooseFirst(),
                CompressorCounts.of(
                        context.stats(), prefix, compressor.hasResponseDirectionConfig()));
    }

    private static CompressorRules requestRules(Compressor compressor) {
        var common = compressor.getRequestDirectionConfig().getCommonConfig();
        return new CompressorRules(
                compressor.hasRequestDirectionConfig()
                        && isOn(common.hasEnabled(), common.getEnabled()),
                minBytes(common.hasMinContentLength(), common.getMinContentLength()),
                types(common.getContentTypeList()),
                false,
                false,
                Set.of());
    }

    @SuppressWarnings("deprecation") // the fields older files have, without a direction
    private static CompressorRules responseRules(Compressor compressor) {
        var response = compressor.getResponseDirectionConfig();
        var common = response.getCommonConfig();
        boolean directed = compressor.hasResponseDirectionConfig();
        Set<String> statuses = new HashSet<>();
        response.getUncompressibleResponseCodesList()
                .forEach(status -> statuses.add(Integer.toString(status)));
        return new CompressorRules(
                isOn(
                        directed ? common.hasEnabled() : compressor.hasRuntimeEnabled(),
                        directed ? common.getEnabled() : compressor.getRuntimeEnabled()),
                directed
                        ? minBytes(common.hasMinContentLength(), common.getMinContentLength())
                        : minBytes(compressor.hasContentLength(), compressor.getContentLength()),
                types(directed ? common.getContentTypeList() : compressor.getContentTypeList()),
                directed ? response.getDisableOnEtagHeader() : compressor.getDisableOnEtagHeader(),
                directed
                        ? response.getRemoveAcceptEncodingHeader()
                        : compressor.getRemoveAcceptEncodingHeader(),
                statuses);
    }

    private static long minBytes(boolean isSet, UInt32Value bytes) {
        return isSet ? Integer.toUnsignedLong(bytes.getValue()) : DEFAULT_MIN_BYTES;
    }

    private static boolean isOn(boolean isSet, RuntimeFeatureFlag flag) {
        return !isSet || !flag.hasDefaultValue() || flag.getDefaultValue().getValue();
    }

    private static Set<String> types(List<String> configured) {
        if (configured.isEmpty()) {
            return DEFAULT_TYPES;
        }
        Set<String> types = new HashSet<>();
        configured.forEach(type -> types.add(type.toLowerCase(Locale.ROOT)));
        return types;
    }

    public static @Nullable Object compileRoute(Any config, ConfigPlace at, FilterContext context) {
        CompressorPerRoute route =
                TypedConfig.open(config, CompressorPerRoute.getDefaultInstance(), FIELDS, at);
        if (route == null) {
            return null;
        }
        if (route.getOverrideCase() == CompressorPerRoute.OverrideCase.OVERRIDE_NOT_SET) {
            at.refuse("must have disabled or overrides");
        }
        CompressorOverrides overrides = route.getOverrides();
        var response = overrides.getResponseDirectionConfig();
        return new CompressorFilter.OfRoute(
                route.getDisabled(),
                overrides.hasResponseDirectionConfig(),
                response.hasRemoveAcceptEncodingHeader()
                        ? Boolean.valueOf(response.getRemoveAcceptEncodingHeader().getValue())
                        : null);
    }
}
