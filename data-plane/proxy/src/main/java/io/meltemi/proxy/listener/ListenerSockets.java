package io.meltemi.proxy.listener;

import com.google.protobuf.ByteString;
import io.netty.channel.unix.RawUnixChannelOption;
import java.nio.ByteBuffer;
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
        List<Option> options) {
    public ListenerSockets {
        options = List.copyOf(options);
    }

    /// A socket option by number.
    ///
    /// @param afterListen whether it is set when the socket listens, and not before it is bound
    public record Option(int level, int name, ByteString value, boolean afterListen) {
        RawUnixChannelOption raw() {
            return new RawUnixChannelOption("SO_" + level + '_' + name, level, name, value.size());
        }

        ByteBuffer bytes() {
            ByteBuffer direct = ByteBuffer.allocateDirect(value.size());
            value.copyTo(direct);
            return direct.flip();
        }
    }
}
