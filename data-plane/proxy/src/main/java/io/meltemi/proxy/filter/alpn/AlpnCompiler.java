package io.meltemi.proxy.filter.alpn;

import com.google.protobuf.Any;
import io.meltemi.proxy.config.check.AlpnNames;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.filter.FilterContext;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.TypedConfig;
import io.meltemi.xds.proto.alpn.FilterConfig;
import io.meltemi.xds.proto.alpn.FilterConfig.AlpnOverride;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Compiles `istio.alpn`. Immutable: pure functions.
public final class AlpnCompiler {
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .supports(FilterConfig.getDescriptor(), "alpn_override")
                    .supports(AlpnOverride.getDescriptor(), "upstream_protocol alpn_override")
                    .build();

    private AlpnCompiler() {}

    public static @Nullable HttpFilter compile(
            String name, Any config, ConfigPlace at, FilterContext context) {
        FilterConfig alpn = TypedConfig.open(config, FilterConfig.getDefaultInstance(), FIELDS, at);
        if (alpn == null) {
            return null;
        }
        for (int i = 0; i < alpn.getAlpnOverrideCount(); i++) {
            check(alpn.getAlpnOverride(i), at.element("alpn_override", i));
        }
        // HTTP10 is taken and never asked for: no cluster speaks it, as in Envoy.
        return new AlpnFilter(
                of(FilterConfig.Protocol.HTTP11, alpn), of(FilterConfig.Protocol.HTTP2, alpn));
    }

    /// Istio: the first entry for a protocol counts.
    private static List<String> of(FilterConfig.Protocol protocol, FilterConfig alpn) {
        for (AlpnOverride each : alpn.getAlpnOverrideList()) {
            if (each.getUpstreamProtocol() == protocol) {
                return each.getAlpnOverrideList();
            }
        }
        return List.of();
    }

    private static void check(AlpnOverride override, ConfigPlace at) {
        if (override.getUpstreamProtocol() == FilterConfig.Protocol.UNRECOGNIZED) {
            at.field("upstream_protocol").refuse("must be HTTP10, HTTP11 or HTTP2");
        }
        for (int i = 0; i < override.getAlpnOverrideCount(); i++) {
            var _ = AlpnNames.check(override.getAlpnOverride(i), at.element("alpn_override", i));
        }
    }
}
