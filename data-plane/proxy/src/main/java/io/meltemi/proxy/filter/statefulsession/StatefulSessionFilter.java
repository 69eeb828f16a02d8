package io.meltemi.proxy.filter.statefulsession;

import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.http.HeaderMap;
import org.jspecify.annotations.Nullable;

/// Asks for the endpoint a session is with, and tells the client when it is another. Immutable.
final class StatefulSessionFilter implements HttpFilter {
    private final String name;
    private final Sessions sessions;

    /// What a configuration says. Immutable.
    ///
    /// @param state null: no sessions
    /// @param strict whether nobody else may answer when the endpoint is gone
    record Sessions(@Nullable SessionState state, boolean strict) {
        static final Sessions NONE = new Sessions(null, false);
    }

    /// Of one exchange.
    ///
    /// @param address the endpoint that was asked for; null: none
    private record Asked(SessionState state, @Nullable String address) {}

    StatefulSessionFilter(String name, Sessions sessions) {
        this.name = name;
        this.sessions = sessions;
    }

    @Override
    public Verdict onRequest(FilterStream stream) {
        Sessions effective =
                stream.routeConfig(name) instanceof Sessions ofRoute ? ofRoute : sessions;
        SessionState state = effective.state;
        if (state != null && state.concerns(stream.requestHeaders())) {
            String address = state.address(stream.requestHeaders());
            stream.setState(this, new Asked(state, address));
            if (address != null) {
                stream.overrideHost(address, effective.strict);
            }
        }
        return Verdict.CONTINUE;
    }

    @Override
    public void onResponse(FilterStream stream, HeaderMap response, boolean endStream) {
        String host = stream.upstreamHost();
        if (host != null
                && stream.state(this) instanceof Asked(SessionState state, String address)
                && !host.equals(address)) {
            state.tell(host, response);
        }
    }
}
