package io.meltemi.proxy.loop;

import com.google.protobuf.ByteString;
import io.netty.channel.Channel;
import io.netty.channel.unix.RawUnixChannelOption;
import java.nio.ByteBuffer;

/// A socket option by number, as the system has it. Immutable.
///
/// @param whenListening whether it is set when a socket listens, and not before it is bound or
///   connects
public record SocketOption(int level, int name, ByteString value, boolean whenListening) {
    /// For a server's bootstrap.
    public RawUnixChannelOption raw() {
        return new RawUnixChannelOption("SO_" + level + '_' + name, level, name, value.size());
    }

    /// The value as Netty takes it, anew for each socket.
    public ByteBuffer bytes() {
        ByteBuffer direct = ByteBuffer.allocateDirect(value.size());
        value.copyTo(direct);
        return direct.flip();
    }

    /// Sets it.
    ///
    /// @throws io.netty.channel.ChannelException when the system refuses it
    public void set(Channel socket) {
        socket.config().setOption(raw(), bytes());
    }
}
