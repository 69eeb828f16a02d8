package io.meltemi.proxy.listener;

import io.meltemi.proxy.loop.SocketOption;
import java.util.List;

/// How a listener's sockets are opened. Immutable.
///
/// @param transparent for redirection by TPROXY: the socket's own address is the one the client
///   meant
/// @param freebind whether an address may be bound that the machine does not have
/// @param fastOpen how many connections may wait with TCP Fast Open; 0: off
/// @param backlog how many connections may wait to be accepted
/// @param bufferLimit how many bytes may wait to be written to a connection; 0: the usual
public record ListenerSockets(
        boolean transparent,
        boolean freebind,
        int fastOpen,
        int backlog,
        int bufferLimit,
        List<SocketOption> options) {
    public ListenerSockets {
        options = List.copyOf(options);
    }

    /// Whether it takes a transport that sets options by number.
    boolean needNativeSockets() {
        return transparent || freebind || !options.isEmpty();
    }
}
