package io.meltemi.proxy.filter.ondemand;

import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.filter.HttpFilter;

/// Has a request wait for the virtual host it lacks. Immutable.
///
/// Envoy: who has a route already does not wait, a catch-all's included.
final class OnDemandFilter implements HttpFilter {
    @Override
    public Verdict onRequest(FilterStream stream) {
        if (stream.route() != null) {
            stream.useVirtualHost();
            return Verdict.CONTINUE;
        }
        return stream.awaitVirtualHost() ? Verdict.PAUSE : Verdict.CONTINUE;
    }
}
