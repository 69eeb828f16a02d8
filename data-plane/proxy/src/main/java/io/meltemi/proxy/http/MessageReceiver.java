package io.meltemi.proxy.http;

import io.netty.buffer.ByteBuf;

/// Takes one direction of one HTTP exchange from a codec. Confined to its event loop.
///
/// Order: informational headers (1xx) any number of times, headers once, data any number of times,
/// trailers at most once; `endStream` is true exactly once (or trailers come), or [#onReset] ends
/// it.
public interface MessageReceiver {
    /// @param headers the receiver may keep and change them
    void onHeaders(HeaderMap headers, boolean endStream);

    /// @param data the receiver releases it
    void onData(ByteBuf data, boolean endStream);

    void onTrailers(HeaderMap trailers);

    /// The peer or the connection gave up; nothing follows.
    void onReset(StreamReset reason);

    /// What is sent in the other direction on this exchange may go on after
    /// [MessageSender#isWritable] was false.
    void onWritable();
}
