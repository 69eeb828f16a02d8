package io.meltemi.pilot.translate.listener;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.extensions.filters.listener.original_dst.v3.OriginalDst;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import io.meltemi.pilot.translate.Protos;

/// What looks at a connection before a filter chain is chosen. Thread-safe: pure.
final class ListenerFilters {
    private ListenerFilters() {}

    static ListenerFilter originalDestination() {
        return filter("envoy.filters.listener.original_dst", OriginalDst.getDefaultInstance());
    }

    static ListenerFilter tlsInspector() {
        return filter("envoy.filters.listener.tls_inspector", TlsInspector.getDefaultInstance());
    }

    private static ListenerFilter filter(String name, Message config) {
        return ListenerFilter.newBuilder().setName(name).setTypedConfig(Protos.any(config)).build();
    }
}
