package io.meltemi.proxy.observe.accesslog;

import static io.meltemi.proxy.observe.ExchangeRecord.NEVER;

import io.grpc.Status;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.observe.ExchangeRecord;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// `%GRPC_STATUS(...)%` of gRPC calls, from the trailers or, in a response without body, the
/// headers. Immutable.
final class GrpcStatusValue {
    private static final String[] CAMEL = {
        "OK",
        "Canceled",
        "Unknown",
        "InvalidArgument",
        "DeadlineExceeded",
        "NotFound",
        "AlreadyExists",
        "PermissionDenied",
        "ResourceExhausted",
        "FailedPrecondition",
        "Aborted",
        "OutOfRange",
        "Unimplemented",
        "Internal",
        "Unavailable",
        "DataLoss",
        "Unauthenticated"
    };
    private static final String[] SNAKE =
            Arrays.stream(Status.Code.values()).map(Status.Code::name).toArray(String[]::new);

    private GrpcStatusValue() {}

    static Value text(@Nullable String form) {
        return switch (form == null ? "CAMEL_STRING" : form) {
            case "CAMEL_STRING" -> named(CAMEL);
            case "SNAKE_STRING" -> named(SNAKE);
            case "NUMBER" -> number();
            default ->
                    throw new IllegalArgumentException(
                            "%GRPC_STATUS("
                                    + form
                                    + ")%: CAMEL_STRING, SNAKE_STRING or NUMBER is"
                                    + " expected");
        };
    }

    static Value number() {
        return new NumberValue(GrpcStatusValue::of);
    }

    private static Value named(String[] names) {
        return (record, out) -> {
            long status = of(record);
            if (status < 0) {
                return false;
            }
            if (status < names.length) {
                out.text(names[(int) status]);
            } else {
                out.number(status);
            }
            return true;
        };
    }

    /// The status, or NEVER when the call is not gRPC or ended without one.
    static long of(ExchangeRecord record) {
        HeaderMap request = record.requestHeaders;
        String type = request == null ? null : request.get("content-type");
        if (type == null || !type.startsWith("application/grpc")) {
            return NEVER;
        }
        String status = status(record.responseTrailers);
        if (status == null) {
            status = status(record.responseHeaders);
        }
        return status == null ? NEVER : digits(status);
    }

    /// The status a filter asks for: Envoy takes any call for gRPC, and where none is told the one
    /// that the HTTP status stands for.
    static long forFilter(ExchangeRecord record) {
        String told = status(record.responseTrailers);
        if (told == null) {
            told = status(record.responseHeaders);
        }
        return told == null ? ofHttp(record.responseCode) : digits(told);
    }

    /// The gRPC protocol's "HTTP to gRPC Status Code Mapping".
    private static long ofHttp(int code) {
        return switch (code) {
            case 400 -> 13;
            case 401 -> 16;
            case 403 -> 7;
            case 404 -> 12;
            case 429, 502, 503, 504 -> 14;
            default -> 2;
        };
    }

    private static @Nullable String status(@Nullable HeaderMap headers) {
        return headers == null ? null : headers.get("grpc-status");
    }

    private static long digits(String text) {
        long number = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9' || text.length() > 9) {
                return 2; // gRPC: what cannot be read is UNKNOWN
            }
            number = number * 10 + c - '0';
        }
        return text.isEmpty() ? 2 : number;
    }
}
