package io.meltemi.pilot.translate.listener;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilterChainMatchPredicate;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilterChainMatchPredicate.MatchSet;
import io.envoyproxy.envoy.extensions.filters.listener.http_inspector.v3.HttpInspector;
import io.envoyproxy.envoy.extensions.filters.listener.original_dst.v3.OriginalDst;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import io.envoyproxy.envoy.type.v3.Int32Range;
import io.meltemi.pilot.translate.Protos;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/// What looks at a connection before a filter chain is chosen. Thread-safe: pure.
final class ListenerFilters {
    private ListenerFilters() {}

    static ListenerFilter originalDestination() {
        return filter("envoy.filters.listener.original_dst", OriginalDst.getDefaultInstance());
    }

    static ListenerFilter tlsInspector() {
        return filter("envoy.filters.listener.tls_inspector", TlsInspector.getDefaultInstance());
    }

    static ListenerFilter httpInspector() {
        return filter("envoy.filters.listener.http_inspector", HttpInspector.getDefaultInstance());
    }

    /// The same for some of the ports that are called, and for no other: it would wait for the
    /// first bytes of who is waiting for the server's.
    static ListenerFilter httpInspector(Collection<Integer> ports) {
        List<ListenerFilterChainMatchPredicate> called =
                ports.stream().map(ListenerFilters::called).toList();
        ListenerFilterChainMatchPredicate any =
                called.size() == 1
                        ? called.getFirst()
                        : ListenerFilterChainMatchPredicate.newBuilder()
                                .setOrMatch(MatchSet.newBuilder().addAllRules(called))
                                .build();
        return httpInspector().toBuilder()
                .setFilterDisabled(ListenerFilterChainMatchPredicate.newBuilder().setNotMatch(any))
                .build();
    }

    private static ListenerFilterChainMatchPredicate called(int port) {
        return ListenerFilterChainMatchPredicate.newBuilder()
                .setDestinationPortRange(Int32Range.newBuilder().setStart(port).setEnd(port + 1))
                .build();
    }

    /// How long they wait for the first bytes; after that the connection goes on as it is.
    ///
    /// @param longest zero: for ever
    static void wait(Listener.Builder listener, Duration longest) {
        listener.setListenerFiltersTimeout(Protos.duration(longest))
                .setContinueOnListenerFiltersTimeout(true);
    }

    private static ListenerFilter filter(String name, Message config) {
        return ListenerFilter.newBuilder().setName(name).setTypedConfig(Protos.any(config)).build();
    }
}
