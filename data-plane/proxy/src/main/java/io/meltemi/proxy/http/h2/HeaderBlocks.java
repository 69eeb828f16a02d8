package io.meltemi.proxy.http.h2;

import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/// What a header block means: that is where server and client differ. Confined to its event loop.
interface HeaderBlocks {
    /// @param exchange null on a stream of which nothing is known yet
    void onBlock(
            Http2Stream stream,
            @Nullable Http2Exchange exchange,
            IncomingHeaders block,
            boolean endStream);
}
