package io.meltemi.proxy.filter;

import io.meltemi.proxy.http.HeaderMap;
import org.jspecify.annotations.Nullable;

/// A request that a filter makes itself, to a cluster of this proxy. Confined to the event loop of
/// the stream that began it.
public interface UpstreamCall {
    /// Nobody waits for the answer any more; the callback is not called. Harmless when it was.
    void cancel();

    /// Takes the answer; exactly one of its methods is called, at most once, and perhaps already
    /// while the call is begun.
    interface Callback {
        /// @param trailers null: none came
        void onResponse(HeaderMap headers, byte[] body, @Nullable HeaderMap trailers);

        /// No endpoint, no connection, no answer in time, or one that is too long.
        void onFailure();
    }
}
