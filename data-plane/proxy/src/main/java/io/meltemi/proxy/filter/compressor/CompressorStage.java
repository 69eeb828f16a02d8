package io.meltemi.proxy.filter.compressor;

import io.meltemi.proxy.filter.BodyStage;
import io.meltemi.proxy.filter.compression.StreamCoder;
import io.meltemi.proxy.http.HeaderMap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/// Compresses a body and counts its bytes. Confined to its event loop.
final class CompressorStage implements BodyStage {
    private final StreamCoder coder;
    private final CompressorCounts.Direction counts;

    CompressorStage(StreamCoder coder, CompressorCounts.Direction counts) {
        this.coder = coder;
        this.counts = counts;
    }

    @Override
    public ByteBuf onData(ByteBuf data, boolean endStream) {
        int size = data.readableBytes();
        ByteBuf compressed = coder.code(data, endStream);
        counts.bytes(size, compressed.readableBytes());
        return compressed;
    }

    @Override
    public ByteBuf onTrailers(HeaderMap trailers) {
        return onData(Unpooled.EMPTY_BUFFER, true);
    }

    @Override
    public void close() {
        coder.close();
    }
}
