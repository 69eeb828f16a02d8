package io.meltemi.proxy.observe.tracing;

import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.h1.StatusLine;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a request or one of its attempts came to, by HTTP and by gRPC. Immutable.
///
/// Envoy: `HttpTracerUtility::setCommonTags` and the OpenTelemetry tracer's `setTag`.
///
/// @param code of HTTP; 0: no response
/// @param grpc the status as it was told; null: none, or the call is not gRPC
/// @param message the status's, null where none was told
record SpanResult(int code, @Nullable String grpc, @Nullable String message) {
    /// Of an attempt.
    static SpanResult of(
            @Nullable HeaderMap request,
            @Nullable HeaderMap response,
            @Nullable HeaderMap trailers) {
        String status = response == null ? null : response.get(":status");
        return of(request, response, trailers, status == null ? 0 : StatusLine.parse(status));
    }

    static SpanResult of(
            @Nullable HeaderMap request,
            @Nullable HeaderMap response,
            @Nullable HeaderMap trailers,
            int code) {
        String type = request == null ? null : request.get("content-type");
        if (type == null || !type.startsWith("application/grpc")) {
            return new SpanResult(code, null, null);
        }
        HeaderMap telling =
                trailers != null && trailers.contains("grpc-status") ? trailers : response;
        return new SpanResult(
                code,
                telling == null ? null : telling.get("grpc-status"),
                telling == null ? null : telling.get("grpc-message"));
    }

    void tag(Map<String, String> tags) {
        tags.put("http.status_code", Integer.toString(code));
        if (grpc != null) {
            tags.put("grpc.status_code", grpc);
        }
        if (message != null) {
            tags.put("grpc.message", message);
        }
        if (code == 0 || code >= 500 || (grpc != null && isServersFault(grpc))) {
            tags.put("error", "true");
        }
    }

    /// OpenTelemetry: a client's fault is an error of the calling side only.
    Status status(SpanKind kind) {
        boolean client = kind == SpanKind.SPAN_KIND_CLIENT;
        boolean error;
        if (grpc == null) {
            error = code >= (client ? 400 : 500);
        } else {
            error = client ? !grpc.equals("0") : isServersFault(grpc);
        }
        return error
                ? Status.newBuilder().setCode(StatusCode.STATUS_CODE_ERROR).build()
                : Status.getDefaultInstance();
    }

    /// Unknown, deadline exceeded, unimplemented, internal, unavailable, data loss.
    private static boolean isServersFault(String status) {
        return switch (status) {
            case "2", "4", "12", "13", "14", "15" -> true;
            default -> false;
        };
    }
}
