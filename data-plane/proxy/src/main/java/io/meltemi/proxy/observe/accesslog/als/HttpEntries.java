package io.meltemi.proxy.observe.accesslog.als;

import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.core.v3.RequestMethod;
import io.envoyproxy.envoy.data.accesslog.v3.AccessLogCommon;
import io.envoyproxy.envoy.data.accesslog.v3.HTTPAccessLogEntry;
import io.envoyproxy.envoy.data.accesslog.v3.HTTPRequestProperties;
import io.envoyproxy.envoy.data.accesslog.v3.HTTPResponseProperties;
import io.envoyproxy.envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.HeaderBytes;
import io.meltemi.proxy.observe.tracing.CustomTags;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Makes `HTTPAccessLogEntry` as Envoy does (http_grpc_access_log_impl.cc). Immutable.
final class HttpEntries {
    private final List<String> requestHeaders;
    private final List<String> responseHeaders;
    private final List<String> responseTrailers;
    private final CustomTags tags;

    HttpEntries(HttpGrpcAccessLogConfig config, CustomTags tags) {
        this.requestHeaders = lower(config.getAdditionalRequestHeadersToLogList());
        this.responseHeaders = lower(config.getAdditionalResponseHeadersToLogList());
        this.responseTrailers = lower(config.getAdditionalResponseTrailersToLogList());
        this.tags = tags;
    }

    private static List<String> lower(List<String> names) {
        return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    }

    HTTPAccessLogEntry entry(ExchangeRecord record) {
        AccessLogCommon.Builder common = CommonProperties.of(record);
        tags.apply(record, common::putCustomTags);
        HTTPAccessLogEntry.Builder entry =
                HTTPAccessLogEntry.newBuilder()
                        .setCommonProperties(common)
                        .setRequest(request(record))
                        .setResponse(response(record));
        if (record.protocol != null) {
            entry.setProtocolVersion(
                    switch (record.protocol) {
                        case HTTP_1_0 -> HTTPAccessLogEntry.HTTPVersion.HTTP10;
                        case HTTP_1_1 -> HTTPAccessLogEntry.HTTPVersion.HTTP11;
                        case HTTP_2 -> HTTPAccessLogEntry.HTTPVersion.HTTP2;
                        case HTTP_3 -> HTTPAccessLogEntry.HTTPVersion.HTTP3;
                    });
        }
        return entry.build();
    }

    private HTTPRequestProperties request(ExchangeRecord record) {
        HTTPRequestProperties.Builder to =
                HTTPRequestProperties.newBuilder()
                        .setRequestHeadersBytes(HeaderBytes.of(record.requestHeaders))
                        .setRequestBodyBytes(record.bytesReceived);
        HeaderMap headers = record.requestHeaders;
        if (headers == null) {
            return to.build();
        }
        to.setRequestMethod(method(headers.get(":method")));
        header(headers, ":scheme", to::setScheme);
        header(headers, ":authority", to::setAuthority);
        header(headers, ":path", to::setPath);
        header(headers, "user-agent", to::setUserAgent);
        header(headers, "referer", to::setReferer);
        header(headers, "x-forwarded-for", to::setForwardedFor);
        header(headers, "x-request-id", to::setRequestId);
        header(headers, "x-envoy-original-path", to::setOriginalPath);
        additional(headers, requestHeaders, to::putRequestHeaders);
        return to.build();
    }

    private HTTPResponseProperties response(ExchangeRecord record) {
        HTTPResponseProperties.Builder to =
                HTTPResponseProperties.newBuilder()
                        .setResponseHeadersBytes(HeaderBytes.of(record.responseHeaders))
                        .setResponseBodyBytes(record.bytesSent);
        if (record.responseCode != 0) {
            to.setResponseCode(UInt32Value.of(record.responseCode));
        }
        if (record.responseCodeDetails != null) {
            to.setResponseCodeDetails(record.responseCodeDetails);
        }
        additional(record.responseHeaders, responseHeaders, to::putResponseHeaders);
        additional(record.responseTrailers, responseTrailers, to::putResponseTrailers);
        return to.build();
    }

    private static RequestMethod method(@Nullable String method) {
        for (RequestMethod known : RequestMethod.values()) {
            if (known.name().equals(method)) {
                return known;
            }
        }
        return RequestMethod.METHOD_UNSPECIFIED;
    }

    private static void header(HeaderMap headers, String name, Consumer<String> to) {
        String value = headers.get(name);
        if (value != null) {
            to.accept(value);
        }
    }

    /// Envoy writes names as configured and leaves out what is absent.
    private static void additional(
            @Nullable HeaderMap headers, List<String> names, BiConsumer<String, String> to) {
        if (headers == null) {
            return;
        }
        for (String name : names) {
            String value = headers.get(name);
            if (value != null) {
                to.accept(name, value);
            }
        }
    }
}
