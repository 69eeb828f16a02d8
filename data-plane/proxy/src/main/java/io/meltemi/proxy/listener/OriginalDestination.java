package io.meltemi.proxy.listener;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.RawUnixChannelOption;
import io.netty.channel.unix.UnixChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// Asks the kernel where a redirected connection was meant to go.
final class OriginalDestination {
    private static final int SOL_IP = 0;
    private static final int SOL_IPV6 = 41;
    private static final int SO_ORIGINAL_DST = 80;
    private static final RawUnixChannelOption IPV4 =
            new RawUnixChannelOption("SO_ORIGINAL_DST", SOL_IP, SO_ORIGINAL_DST, 16);
    private static final RawUnixChannelOption IPV6 =
            new RawUnixChannelOption("IP6T_SO_ORIGINAL_DST", SOL_IPV6, SO_ORIGINAL_DST, 28);

    private OriginalDestination() {}

    /// The address, or null when the connection was not redirected or the system cannot tell.
    static @Nullable InetSocketAddress of(Channel channel) {
        if (!(channel instanceof UnixChannel socket)
                || !(channel.localAddress() instanceof InetSocketAddress local)) {
            return null;
        }
        boolean six = local.getAddress().getAddress().length == 16;
        try {
            ByteBuffer raw = socket.config().getOption(six ? IPV6 : IPV4);
            return raw == null ? null : parse(raw, six);
        } catch (ChannelException | UnknownHostException _) {
            // ENOENT: no redirect rule has seen this connection.
            return null;
        }
    }

    /// A sockaddr: family in the host's byte order, port and address in the network's.
    private static @Nullable InetSocketAddress parse(ByteBuffer raw, boolean six)
            throws UnknownHostException {
        raw.order(ByteOrder.BIG_ENDIAN);
        int base = raw.position();
        int port = raw.getShort(base + 2) & 0xffff;
        byte[] address = new byte[six ? 16 : 4];
        for (int i = 0; i < address.length; i++) {
            address[i] = raw.get(base + (six ? 8 : 4) + i);
        }
        return port == 0 ? null : new InetSocketAddress(InetAddress.getByAddress(address), port);
    }
}
