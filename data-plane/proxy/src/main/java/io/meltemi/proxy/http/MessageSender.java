package io.meltemi.proxy.http;

import io.netty.buffer.ByteBuf;

/// Gives one direction of one HTTP exchange to a codec. Confined to its event loop.
public interface MessageSender {
    void sendHeaders(HeaderMap headers, boolean endStream);

    /// @param data released by the sender, always
    void sendData(ByteBuf data, boolean endStream);

    void sendTrailers(HeaderMap trailers);

    /// Gives up this exchange; the receiver of the other direction is not called again.
    void reset(StreamReset reason);

    /// Whether more data should be sent now; if not, [MessageReceiver#onWritable] will be called.
    boolean isWritable();

    /// What this exchange carries is a tunnel: where a connection carries one exchange at a time,
    /// the end of what is sent closes it, once all of it is out.
    default void endsConnection() {}

    /// Stops (true) or resumes (false) the data that comes in on this exchange.
    void pauseReading(boolean pause);
}
