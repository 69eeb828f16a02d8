package io.meltemi.proxy.http.h2;

import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.MessageReceiver;
import io.meltemi.proxy.http.MessageSender;
import io.meltemi.proxy.http.StreamReset;
import io.netty.buffer.ByteBuf;

/// Sends the request's body back as it comes. Confined to its event loop.
final class Echo implements MessageReceiver {
    private final MessageSender response;

    Echo(MessageSender response) {
        this.response = response;
    }

    @Override
    public void onHeaders(HeaderMap headers, boolean endStream) {
        response.sendHeaders(Loopback.headers(":status", "200"), endStream);
    }

    @Override
    public void onData(ByteBuf data, boolean endStream) {
        response.sendData(data, endStream);
        response.pauseReading(!response.isWritable());
    }

    @Override
    public void onTrailers(HeaderMap trailers) {
        response.sendTrailers(trailers);
    }

    @Override
    public void onReset(StreamReset reason) {}

    @Override
    public void onWritable() {
        response.pauseReading(false);
    }
}
