package io.meltemi.pilot.translate.listener;

import io.envoyproxy.envoy.config.listener.v3.Filter;
import java.util.List;

/// What a sidecar does with connections that it does not look into. Thread-safe: pure.
final class InboundTcp {
    private InboundTcp() {}

    static List<Filter> filters(InboundListenerInput input, String cluster) {
        List<Filter> filters = PolicyFilters.ofConnections(input.policies());
        filters.add(TcpConnections.proxy(cluster, input.observability(), "inbound"));
        return filters;
    }
}
