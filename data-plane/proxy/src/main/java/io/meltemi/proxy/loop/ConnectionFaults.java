package io.meltemi.proxy.loop;

import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says what broke a connection, and ends it. Thread-safe: without state.
///
/// Peers break connections all day, which is worth a line only to who looks for it; what our own
/// code throws is a bug, and is told with all that is known.
public final class ConnectionFaults {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionFaults.class);

    private ConnectionFaults() {}

    /// Closes the connection.
    ///
    /// @return whether the fault is ours
    @SuppressWarnings("FutureReturnValueIgnored") // closing is heard by channelInactive
    public static boolean close(ChannelHandlerContext ctx, Throwable cause) {
        boolean ours = isOurs(cause);
        if (ours) {
            LOG.error("a bug ends connection {}", ctx.channel(), cause);
        } else {
            LOG.debug("connection {} broke: {}", ctx.channel(), cause.toString());
        }
        ctx.close();
        return ours;
    }

    /// TLS wraps what it says about the peer's bytes, sometimes twice.
    private static boolean isOurs(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof IOException) {
                return false;
            }
        }
        return true;
    }
}
