package io.meltemi.proxy.config;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.http.original_ip_detection.custom_header.v3.CustomHeaderConfig;
import io.envoyproxy.envoy.extensions.http.original_ip_detection.xff.v3.XffConfig;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.http.LocalReply;
import io.meltemi.proxy.http.OriginalAddress;
import io.meltemi.xds.message.Anys;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Compiles `original_ip_detection_extensions`. Immutable: pure functions.
final class OriginalAddressCompiler {
    private static final int FORBIDDEN = 403;

    private OriginalAddressCompiler() {}

    static List<OriginalAddress> compile(HttpConnectionManager proto, ConfigPlace at) {
        int count = proto.getOriginalIpDetectionExtensionsCount();
        ConfigPlace all = at.field("original_ip_detection_extensions");
        if (count > 0
                && (proto.getUseRemoteAddress().getValue() || proto.getXffNumTrustedHops() > 0)) {
            all.refuse("excludes use_remote_address and xff_num_trusted_hops");
        }
        List<OriginalAddress> found = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ConfigPlace place = at.element("original_ip_detection_extensions", i);
            OriginalAddress one =
                    one(
                            proto.getOriginalIpDetectionExtensions(i).getTypedConfig(),
                            place.field("typed_config"));
            if (one != null) {
                found.add(one);
            }
        }
        return found;
    }

    private static @Nullable OriginalAddress one(Any config, ConfigPlace at) {
        try {
            if (Anys.is(config, XffConfig.class)) {
                return forwarded(Anys.unpack(config, XffConfig.class), at);
            }
            if (Anys.is(config, CustomHeaderConfig.class)) {
                return header(Anys.unpack(config, CustomHeaderConfig.class), at);
            }
            at.refuse(config.getTypeUrl() + " is not supported");
        } catch (InvalidProtocolBufferException e) {
            at.refuse("cannot be read: " + e.getMessage());
        }
        return null;
    }

    private static OriginalAddress forwarded(XffConfig proto, ConfigPlace at) {
        ProxyFields.all().check(proto, at);
        if (proto.getXffNumTrustedHops() > 0 && proto.hasXffTrustedCidrs()) {
            at.refuse("xff_num_trusted_hops and xff_trusted_cidrs exclude each other");
        }
        return new OriginalAddress.Forwarded(
                proto.getXffNumTrustedHops(),
                AddressCompiler.ranges(
                        proto.getXffTrustedCidrs().getCidrsList(),
                        at.field("xff_trusted_cidrs").field("cidrs")),
                proto.hasSkipXffAppend() && !proto.getSkipXffAppend().getValue());
    }

    private static OriginalAddress header(CustomHeaderConfig proto, ConfigPlace at) {
        ProxyFields.all().check(proto, at);
        int status = proto.getRejectWithStatus().getCodeValue();
        LocalReply refusal =
                new LocalReply(
                        status < 400 || status > 599 ? FORBIDDEN : status,
                        "",
                        null,
                        "rejecting_because_detection_failed",
                        Map.of());
        return new OriginalAddress.InHeader(
                proto.getHeaderName().toLowerCase(Locale.ROOT),
                proto.getAllowExtensionToSetAddressAsTrusted(),
                proto.hasRejectWithStatus() ? refusal : null);
    }
}
