package io.meltemi.proxy.filter.setfilterstate;

import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.filter.HttpFilter;
import org.jspecify.annotations.Nullable;

/// Has TLS to the request's endpoint offer by ALPN what its configuration says, and then what the
/// route's does. Immutable.
final class SetFilterStateFilter implements HttpFilter {
    private final String name;
    private final @Nullable OfferedProtocols own;

    /// @param own null: nothing but what routes say
    SetFilterStateFilter(String name, @Nullable OfferedProtocols own) {
        this.name = name;
        this.own = own;
    }

    @Override
    public Verdict onRequest(FilterStream stream) {
        OfferedProtocols said =
                stream.routeConfig(name) instanceof OfferedProtocols ofRoute ? ofRoute : own;
        if (said != null) {
            stream.offerAlpn(said.of(stream.protocol()));
        }
        return Verdict.CONTINUE;
    }
}
