package io.meltemi.proxy.config;

import com.google.protobuf.BoolValue;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.route.RouteConfigCompiler;
import io.meltemi.proxy.decide.route.RouteTable;
import io.meltemi.proxy.filter.HttpFilterChain;
import io.meltemi.proxy.http.HttpSettings;
import io.meltemi.proxy.http.HttpSettings.ClientCertificate;
import io.meltemi.proxy.http.HttpSettings.Codec;
import io.meltemi.proxy.http.HttpSettings.PathRules;
import io.meltemi.proxy.http.HttpSettings.PathRules.EscapedSlashes;
import io.meltemi.proxy.http.HttpSettings.Server;
import io.meltemi.proxy.http.HttpStats;
import io.meltemi.proxy.http.ProxyStatus;
import io.meltemi.proxy.http.RouteSource;
import io.meltemi.proxy.http.UnderscoreHeaders;
import io.meltemi.proxy.http.h1.Http1Options;
import io.meltemi.proxy.observe.accesslog.AccessLogs;
import io.meltemi.proxy.observe.tracing.RequestIds;
import io.meltemi.proxy.observe.tracing.Tracing;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compiles HTTP connection managers. Thread-safe.
final class HttpCompiler {
    private static final int DEFAULT_HEADER_KB = 60;
    private static final int DEFAULT_HEADERS = 100;
    private static final String DEFAULT_SERVER = "envoy";

    private final CompileContext context;

    HttpCompiler(CompileContext context) {
        this.context = context;
    }

    /// The settings; of use only when nothing was refused.
    ///
    /// @param direction of the listener's traffic
    HttpSettings compile(HttpConnectionManager proto, ConfigPlace at, TrafficDirection direction) {
        ProxyFields.all().check(proto, at);
        if (proto.getStatPrefix().isEmpty()) {
            at.field("stat_prefix").refuse("is empty");
        }
        int headerBytes =
                (proto.hasMaxRequestHeadersKb()
                                ? proto.getMaxRequestHeadersKb().getValue()
                                : DEFAULT_HEADER_KB)
                        * 1024;
        HttpProtocolOptions common = proto.getCommonHttpProtocolOptions();
        int headers =
                common.hasMaxHeadersCount()
                        ? common.getMaxHeadersCount().getValue()
                        : DEFAULT_HEADERS;
        HttpFilterChainCompiler chain =
                new HttpFilterChainCompiler(context, proto.getStatPrefix(), direction);
        HttpFilterChain filters = chain.compile(proto, at);
        RequestIds requestIds = requestIds(proto, at);
        return new HttpSettings(
                codec(proto, at),
                routes(proto, at),
                filters,
                chain.suppressesEnvoyHeaders(),
                chain.hasDynamicStats(),
                accessLogs(proto, at),
                LogFlushingCompiler.compile(proto, at),
                requestIds,
                tracing(
                        proto,
                        at,
                        requestIds,
                        direction == TrafficDirection.OUTBOUND,
                        chain.hasChildSpans()),
                new HttpStats(context.stats(), proto.getStatPrefix()),
                http1(proto, Math.max(1024, headerBytes), Math.max(1, headers), at),
                Http2OptionsCompiler.compile(
                                proto.getHttp2ProtocolOptions(),
                                Math.max(1024, headerBytes),
                                Math.max(1, headers),
                                at)
                        .withServerRules(
                                underscores(common),
                                drainNanos(proto) / 1_000_000,
                                streamErrors(proto)),
                timing(proto),
                edge(proto, at),
                server(proto),
                clientCertificate(proto, at),
                path(proto),
                upgrades(proto),
                proto.hasLocalReplyConfig()
                        ? LocalReplyCompiler.compile(
                                proto.getLocalReplyConfig(),
                                context.accessLogs(),
                                at.field("local_reply_config"))
                        : null,
                proto.hasProxyStatusConfig() ? proxyStatus(proto) : null);
    }

    private ProxyStatus proxyStatus(HttpConnectionManager proto) {
        HttpConnectionManager.ProxyStatusConfig config = proto.getProxyStatusConfig();
        String name =
                switch (config.getProxyNameCase()) {
                    case USE_NODE_ID -> context.node().getId();
                    case LITERAL_PROXY_NAME -> config.getLiteralProxyName();
                    case PROXYNAME_NOT_SET ->
                            proto.getServerName().isEmpty()
                                    ? DEFAULT_SERVER
                                    : proto.getServerName();
                };
        return new ProxyStatus(
                name,
                !config.getRemoveDetails(),
                !config.getRemoveConnectionTerminationDetails(),
                !config.getRemoveResponseFlags(),
                config.getSetRecommendedResponseCode());
    }

    private RequestIds requestIds(HttpConnectionManager proto, ConfigPlace at) {
        try {
            return context.tracing().requestIds(proto);
        } catch (IllegalArgumentException e) {
            at.field("request_id_extension").refuse(String.valueOf(e.getMessage()));
            return context.tracing().requestIds(HttpConnectionManager.getDefaultInstance());
        }
    }

    private @Nullable Tracing tracing(
            HttpConnectionManager proto,
            ConfigPlace at,
            RequestIds requestIds,
            boolean outbound,
            boolean childSpans) {
        if (!proto.hasTracing()) {
            return null;
        }
        try {
            return context.tracing()
                    .compile(
                            proto.getTracing(),
                            requestIds,
                            outbound,
                            childSpans,
                            context.isCluster());
        } catch (IllegalArgumentException e) {
            at.field("tracing").refuse(String.valueOf(e.getMessage()));
            return null;
        }
    }

    private static Codec codec(HttpConnectionManager proto, ConfigPlace at) {
        return switch (proto.getCodecType()) {
            case AUTO -> Codec.AUTO;
            case HTTP1 -> Codec.HTTP1;
            case HTTP2 -> Codec.HTTP2;
            case HTTP3, UNRECOGNIZED -> {
                at.field("codec_type").refuse(proto.getCodecType() + " is not supported");
                yield Codec.AUTO;
            }
        };
    }

    private RouteSource routes(HttpConnectionManager proto, ConfigPlace at) {
        return switch (proto.getRouteSpecifierCase()) {
            case ROUTE_CONFIG -> {
                RouteTable table =
                        RouteConfigCompiler.inline(
                                proto.getRouteConfig(),
                                context.filterConfigs(),
                                context.isCluster(),
                                at.field("route_config"));
                yield () -> table;
            }
            case RDS -> context.routes().apply(proto.getRds());
            case SCOPED_ROUTES ->
                    new ScopedRoutesCompiler(context)
                            .compile(
                                    proto.getScopedRoutes(),
                                    proto.getStatPrefix(),
                                    at.field("scoped_routes"));
            case ROUTESPECIFIER_NOT_SET -> {
                at.refuse("has neither route_config, rds nor scoped_routes");
                yield () -> null;
            }
        };
    }

    private AccessLogs accessLogs(HttpConnectionManager proto, ConfigPlace at) {
        try {
            return context.accessLogs().compile(proto.getAccessLogList());
        } catch (IllegalArgumentException e) {
            at.refuse(String.valueOf(e.getMessage()));
            return AccessLogs.NONE;
        }
    }

    private static HttpSettings.Timing timing(HttpConnectionManager proto) {
        var common = proto.getCommonHttpProtocolOptions();
        return new HttpSettings.Timing(
                common.hasIdleTimeout()
                        ? Durations.nanos(common.getIdleTimeout())
                        : HttpSettings.Timing.DEFAULT_IDLE,
                proto.hasStreamIdleTimeout()
                        ? Durations.nanos(proto.getStreamIdleTimeout())
                        : HttpSettings.Timing.DEFAULT_STREAM_IDLE,
                Durations.nanos(proto.getRequestTimeout()),
                Durations.nanos(common.getMaxConnectionDuration()),
                proto.getHttp1SafeMaxConnectionDuration(),
                Durations.nanos(common.getMaxStreamDuration()),
                common.getMaxRequestsPerConnection().getValue(),
                drainNanos(proto));
    }

    private static long drainNanos(HttpConnectionManager proto) {
        return proto.hasDrainTimeout()
                ? Durations.nanos(proto.getDrainTimeout())
                : HttpSettings.Timing.DEFAULT_DRAIN;
    }

    private static Http1Options http1(
            HttpConnectionManager proto, int headerBytes, int headers, ConfigPlace at) {
        Http1ProtocolOptions options = proto.getHttpProtocolOptions();
        BoolValue streamErrors =
                options.hasOverrideStreamErrorOnInvalidHttpMessage()
                        ? options.getOverrideStreamErrorOnInvalidHttpMessage()
                        : proto.getStreamErrorOnInvalidHttpMessage();
        return new Http1Options(
                headerBytes,
                headers,
                underscores(proto.getCommonHttpProtocolOptions()),
                options.getEnableTrailers(),
                Http1DialectCompiler.compile(options, at.field("http_protocol_options")),
                streamErrors.getValue(),
                Durations.nanos(proto.getRequestHeadersTimeout()),
                proto.hasDelayedCloseTimeout()
                        ? Durations.nanos(proto.getDelayedCloseTimeout())
                        : Http1Options.DEFAULT_DELAYED_CLOSE_NANOS);
    }

    private static boolean streamErrors(HttpConnectionManager proto) {
        var http2 = proto.getHttp2ProtocolOptions();
        return http2.hasOverrideStreamErrorOnInvalidHttpMessage()
                ? http2.getOverrideStreamErrorOnInvalidHttpMessage().getValue()
                : proto.getStreamErrorOnInvalidHttpMessage().getValue();
    }

    private static UnderscoreHeaders underscores(HttpProtocolOptions proto) {
        return switch (proto.getHeadersWithUnderscoresAction()) {
            case REJECT_REQUEST -> UnderscoreHeaders.REJECT_REQUEST;
            case DROP_HEADER -> UnderscoreHeaders.DROP_HEADER;
            case ALLOW, UNRECOGNIZED -> UnderscoreHeaders.ALLOW;
        };
    }

    private static @Nullable String scheme(HttpConnectionManager proto, ConfigPlace at) {
        String scheme = proto.getSchemeHeaderTransformation().getSchemeToOverwrite();
        if (!scheme.isEmpty() && !scheme.equals("http") && !scheme.equals("https")) {
            at.field("scheme_header_transformation")
                    .field("scheme_to_overwrite")
                    .refuse("'" + scheme + "' is neither http nor https");
        }
        return scheme.isEmpty() ? null : scheme;
    }

    private static HttpSettings.Internal internal(HttpConnectionManager proto, ConfigPlace at) {
        var config = proto.getInternalAddressConfig();
        return new HttpSettings.Internal(
                config.getUnixSockets(),
                AddressCompiler.ranges(
                        config.getCidrRangesList(),
                        at.field("internal_address_config").field("cidr_ranges")));
    }

    private HttpSettings.Edge edge(HttpConnectionManager proto, ConfigPlace at) {
        return new HttpSettings.Edge(
                proto.getUseRemoteAddress().getValue(),
                proto.getXffNumTrustedHops(),
                proto.getSkipXffAppend(),
                proto.getAppendXForwardedPort(),
                internal(proto, at),
                scheme(proto, at),
                proto.getProxy100Continue(),
                !proto.hasGenerateRequestId() || proto.getGenerateRequestId().getValue(),
                proto.getPreserveExternalRequestId(),
                proto.getAlwaysSetRequestIdInResponse(),
                proto.getVia(),
                OriginalAddressCompiler.compile(proto, at),
                proto.getAddUserAgent().getValue()
                        ? new HttpSettings.Agent(
                                context.node().getCluster(), context.node().getId())
                        : null);
    }

    private static Server server(HttpConnectionManager proto) {
        String name = proto.getServerName().isEmpty() ? DEFAULT_SERVER : proto.getServerName();
        return new Server(
                name,
                switch (proto.getServerHeaderTransformation()) {
                    case APPEND_IF_ABSENT -> Server.Header.APPEND_IF_ABSENT;
                    case PASS_THROUGH -> Server.Header.PASS_THROUGH;
                    case OVERWRITE, UNRECOGNIZED -> Server.Header.OVERWRITE;
                });
    }

    private static ClientCertificate clientCertificate(
            HttpConnectionManager proto, ConfigPlace at) {
        var set = proto.getSetCurrentClientCertDetails();
        if (set.getCert() || set.getChain()) {
            at.field("set_current_client_cert_details")
                    .refuse("cert and chain are not supported: use subject, uri or dns");
        }
        return new ClientCertificate(
                switch (proto.getForwardClientCertDetails()) {
                    case FORWARD_ONLY -> ClientCertificate.Forward.FORWARD_ONLY;
                    case APPEND_FORWARD -> ClientCertificate.Forward.APPEND_FORWARD;
                    case SANITIZE_SET -> ClientCertificate.Forward.SANITIZE_SET;
                    case ALWAYS_FORWARD_ONLY -> ClientCertificate.Forward.ALWAYS_FORWARD_ONLY;
                    case SANITIZE, UNRECOGNIZED -> ClientCertificate.Forward.SANITIZE;
                },
                set.getSubject().getValue(),
                set.getDns(),
                set.getUri());
    }

    private static PathRules path(HttpConnectionManager proto) {
        return new PathRules(
                proto.getNormalizePath().getValue(),
                proto.getMergeSlashes(),
                switch (proto.getPathWithEscapedSlashesAction()) {
                    case REJECT_REQUEST -> EscapedSlashes.REJECT_REQUEST;
                    case UNESCAPE_AND_REDIRECT -> EscapedSlashes.UNESCAPE_AND_REDIRECT;
                    case UNESCAPE_AND_FORWARD -> EscapedSlashes.UNESCAPE_AND_FORWARD;
                    case KEEP_UNCHANGED, IMPLEMENTATION_SPECIFIC_DEFAULT, UNRECOGNIZED ->
                            EscapedSlashes.KEEP_UNCHANGED;
                },
                proto.getStripMatchingHostPort(),
                proto.getStripAnyHostPort(),
                proto.getStripTrailingHostDot());
    }

    private static Set<String> upgrades(HttpConnectionManager proto) {
        Set<String> names = new HashSet<>();
        for (HttpConnectionManager.UpgradeConfig each : proto.getUpgradeConfigsList()) {
            if (!each.hasEnabled() || each.getEnabled().getValue()) {
                names.add(each.getUpgradeType().toLowerCase(Locale.ROOT));
            }
        }
        return names;
    }
}
