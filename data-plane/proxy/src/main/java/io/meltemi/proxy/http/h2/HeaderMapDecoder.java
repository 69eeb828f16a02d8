package io.meltemi.proxy.http.h2;

import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Headers;

/// HPACK into the connection's one [IncomingHeaders]. Confined to its event loop.
final class HeaderMapDecoder extends DefaultHttp2HeadersDecoder {
    private final IncomingHeaders incoming;

    HeaderMapDecoder(IncomingHeaders incoming, int maxHeaderBytes) {
        super(false, maxHeaderBytes);
        this.incoming = incoming;
    }

    @Override
    protected Http2Headers newHeaders() {
        return incoming.begin();
    }
}
