package io.meltemi.proxy.observe;

import io.meltemi.proxy.http.HeaderMap;
import org.jspecify.annotations.Nullable;

/// How large headers are as Envoy counts them: the bytes of their names and values, those that
/// stand for a request's or status line among them. Without state.
public final class HeaderBytes {
    private HeaderBytes() {}

    /// 0 without headers.
    public static long of(@Nullable HeaderMap headers) {
        long bytes = 0;
        for (int i = 0; headers != null && i < headers.size(); i++) {
            bytes += headers.name(i).length() + headers.value(i).length();
        }
        return bytes;
    }
}
