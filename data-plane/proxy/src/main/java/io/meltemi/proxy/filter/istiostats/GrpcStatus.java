package io.meltemi.proxy.filter.istiostats;

import io.meltemi.proxy.http.GrpcStatusCodes;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import io.meltemi.proxy.observe.ExchangeRecord;
import org.jspecify.annotations.Nullable;

/// A gRPC call's status as text. Pure functions.
final class GrpcStatus {
    private GrpcStatus() {}

    /// Of the trailers, the headers, or, Envoy, what the HTTP status stands for.
    static String of(ExchangeRecord record) {
        String told = told(record.responseTrailers);
        if (told == null) {
            told = told(record.responseHeaders);
        }
        return told != null ? told : GrpcStatusCodes.ofHttp(record.responseCode);
    }

    private static @Nullable String told(@Nullable HeaderMap headers) {
        String status = headers == null ? null : headers.get(HeaderNames.GRPC_STATUS);
        return status == null || isNumber(status) ? status : "2";
    }

    /// Another program wrote it: it must not make labels without end.
    private static boolean isNumber(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= 3;
    }
}
