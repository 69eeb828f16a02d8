package io.meltemi.proxy.listener;

import io.meltemi.proxy.observe.accesslog.AccessLogs;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One listener, compiled. Immutable.
///
/// @param statName what its statistics are named by: `stat_prefix`, or the address
/// @param bindsToPort false for one that takes over connections by their original destination
/// @param handsOff whether connections go to the listener of their original destination, if any
/// @param originalDestination whether the address the client meant is looked up
/// @param proxyProtocol what precedes each connection, or null
/// @param tlsInspector which connections the TLS inspector looks at, or null
/// @param httpInspector which connections the HTTP inspector looks at, or null
/// @param inspectNanos how long inspectors may wait for bytes; 0 for ever
/// @param accessLogs of connections, whatever their filter chain did
/// @param choice which of the chains a connection gets
/// @param drainsOnModifyOnly whether connections go on while the whole proxy drains
/// @param overload what of the overload manager it is exempt from
/// @param shell what the listener was made of but for its filter chains: when it changes, no
///   connection stays
public record ListenerSettings(
        String name,
        String statName,
        List<SocketAddress> addresses,
        boolean bindsToPort,
        boolean handsOff,
        boolean originalDestination,
        @Nullable ProxyProtocol proxyProtocol,
        @Nullable Predicate<InetSocketAddress> tlsInspector,
        @Nullable Predicate<InetSocketAddress> httpInspector,
        long inspectNanos,
        boolean continueWithoutInspection,
        ListenerSockets sockets,
        AccessLogs accessLogs,
        List<FilterChain> chains,
        @Nullable FilterChain defaultChain,
        ChainChoice choice,
        boolean drainsOnModifyOnly,
        Exempt overload,
        Object shell) {
    /// @param fromLimit whether connections are let in beyond the limit of all listeners
    /// @param fromActions whether nothing else is done about overload
    public record Exempt(boolean fromLimit, boolean fromActions) {}

    public ListenerSettings {
        addresses = List.copyOf(addresses);
        chains = List.copyOf(chains);
    }

    /// The filter chain of a connection, or null when none is for it.
    public @Nullable FilterChain chainFor(ConnectionFacts facts) {
        return choice.pick(chains, defaultChain, facts);
    }
}
