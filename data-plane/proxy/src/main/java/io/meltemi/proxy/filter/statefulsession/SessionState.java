package io.meltemi.proxy.filter.statefulsession;

import io.meltemi.proxy.http.HeaderMap;
import org.jspecify.annotations.Nullable;

/// Where a session is kept: how its endpoint is read from a request and told in a response.
/// Immutable.
interface SessionState {
    /// Whether a request takes part in sessions.
    boolean concerns(HeaderMap request);

    /// The address (`10.0.0.7:8080`) of the endpoint that the session is with; null when the
    /// request names none, or none any more.
    @Nullable String address(HeaderMap request);

    /// Tells the client which endpoint it is with from now on.
    void tell(String address, HeaderMap response);
}
