package io.meltemi.proxy.config;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.UpstreamHttpProtocolOptions;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.meltemi.proxy.cluster.ClusterSettings.UpstreamHttp;
import io.meltemi.proxy.cluster.ClusterSettings.UpstreamHttp.Protocol;
import io.meltemi.proxy.cluster.RequestedName;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.http.h1.Http1Options;
import io.meltemi.xds.message.Anys;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads how a cluster speaks HTTP: `typed_extension_protocol_options`, or the older fields of the
/// cluster itself.
final class UpstreamHttpCompiler {
    static final String KEY = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

    private static final UpstreamHttpProtocolOptions SECURE =
            UpstreamHttpProtocolOptions.newBuilder()
                    .setAutoSni(true)
                    .setAutoSanValidation(true)
                    .build();

    private UpstreamHttpCompiler() {}

    @SuppressWarnings("deprecation") // files in the wild still have the cluster's own fields
    static UpstreamHttp compile(Cluster proto, ConfigPlace at) {
        for (String key : proto.getTypedExtensionProtocolOptionsMap().keySet()) {
            if (!key.equals(KEY)) {
                at.entry("typed_extension_protocol_options", key).refuse("is not supported");
            }
        }
        Any typed = proto.getTypedExtensionProtocolOptionsMap().get(KEY);
        if (typed == null) {
            Protocol protocol = proto.hasHttp2ProtocolOptions() ? Protocol.HTTP2 : Protocol.HTTP1;
            return options(
                    protocol,
                    proto.getCommonHttpProtocolOptions(),
                    proto.getMaxRequestsPerConnection().getValue(),
                    proto.getHttpProtocolOptions(),
                    proto.getHttp2ProtocolOptions(),
                    requestedName(named(proto), at),
                    at);
        }
        ConfigPlace place = at.entry("typed_extension_protocol_options", KEY);
        try {
            return typed(Anys.unpack(typed, HttpProtocolOptions.class), place);
        } catch (InvalidProtocolBufferException e) {
            place.refuse("cannot be read: " + e.getMessage());
            return typed(HttpProtocolOptions.getDefaultInstance(), place);
        }
    }

    /// Envoy: to whom a request names one speaks as to whom one is to trust, unless told otherwise.
    @SuppressWarnings("deprecation") // as above
    private static UpstreamHttpProtocolOptions named(Cluster proto) {
        return !proto.hasUpstreamHttpProtocolOptions() && DynamicForwardClusterCompiler.is(proto)
                ? SECURE
                : proto.getUpstreamHttpProtocolOptions();
    }

    private static UpstreamHttp typed(HttpProtocolOptions proto, ConfigPlace at) {
        ProxyFields.all().check(proto, at);
        Protocol protocol = Protocol.HTTP1;
        Http1ProtocolOptions http1 = Http1ProtocolOptions.getDefaultInstance();
        Http2ProtocolOptions http2 = Http2ProtocolOptions.getDefaultInstance();
        switch (proto.getUpstreamProtocolOptionsCase()) {
            case EXPLICIT_HTTP_CONFIG -> {
                var explicit = proto.getExplicitHttpConfig();
                http1 = explicit.getHttpProtocolOptions();
                if (explicit.hasHttp3ProtocolOptions()) {
                    at.field("explicit_http_config.http3_protocol_options")
                            .refuse("is not supported");
                }
                if (explicit.hasHttp2ProtocolOptions()) {
                    protocol = Protocol.HTTP2;
                    http2 = explicit.getHttp2ProtocolOptions();
                }
            }
            case USE_DOWNSTREAM_PROTOCOL_CONFIG -> {
                protocol = Protocol.DOWNSTREAM;
                http1 = proto.getUseDownstreamProtocolConfig().getHttpProtocolOptions();
                http2 = proto.getUseDownstreamProtocolConfig().getHttp2ProtocolOptions();
            }
            case AUTO_CONFIG -> {
                protocol = Protocol.AUTO;
                http1 = proto.getAutoConfig().getHttpProtocolOptions();
                http2 = proto.getAutoConfig().getHttp2ProtocolOptions();
            }
            case UPSTREAMPROTOCOLOPTIONS_NOT_SET -> {}
        }
        return options(
                protocol,
                proto.getCommonHttpProtocolOptions(),
                proto.getCommonHttpProtocolOptions().getMaxRequestsPerConnection().getValue(),
                http1,
                http2,
                requestedName(proto.getUpstreamHttpProtocolOptions(), at),
                at);
    }

    private static @Nullable RequestedName requestedName(
            UpstreamHttpProtocolOptions proto, ConfigPlace at) {
        ConfigPlace place = at.field("upstream_http_protocol_options");
        ProxyFields.all().check(proto, place);
        if (proto.getAutoSanValidation() && !proto.getAutoSni()) {
            place.field("auto_san_validation").refuse("is supported only with auto_sni");
        }
        return proto.getAutoSni()
                ? new RequestedName(
                        proto.getOverrideAutoSniHeader().toLowerCase(Locale.ROOT),
                        proto.getAutoSanValidation())
                : null;
    }

    private static UpstreamHttp options(
            Protocol protocol,
            io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions common,
            int maxRequests,
            Http1ProtocolOptions http1,
            Http2ProtocolOptions http2,
            @Nullable RequestedName requestedName,
            ConfigPlace at) {
        if (common.hasMaxStreamDuration()) {
            at.field("common_http_protocol_options")
                    .field("max_stream_duration")
                    .refuse("is not supported for a cluster: set it for the route");
        }
        int headers =
                common.hasMaxHeadersCount()
                        ? Math.max(1, common.getMaxHeadersCount().getValue())
                        : Http1Options.DEFAULT.headerCount();
        int bytes =
                common.hasMaxResponseHeadersKb()
                        ? Math.max(1, common.getMaxResponseHeadersKb().getValue()) * 1024
                        : Http1Options.DEFAULT.headerBytes();
        return new UpstreamHttp(
                protocol,
                maxRequests,
                common.hasIdleTimeout()
                        ? Durations.nanos(common.getIdleTimeout())
                        : UpstreamHttp.DEFAULT_IDLE_NANOS,
                Durations.nanos(common.getMaxConnectionDuration()),
                Http1Options.of(
                        bytes,
                        headers,
                        http1.getEnableTrailers(),
                        Http1DialectCompiler.compile(http1, at.field("http_protocol_options"))),
                Http2OptionsCompiler.compile(http2, bytes, headers, at),
                requestedName);
    }
}
