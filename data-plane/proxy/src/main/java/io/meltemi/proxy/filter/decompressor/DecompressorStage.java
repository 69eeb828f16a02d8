package io.meltemi.proxy.filter.decompressor;

import io.meltemi.proxy.filter.BodyStage;
import io.meltemi.proxy.filter.compression.StreamCoder;
import io.meltemi.proxy.http.HeaderMap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/// Decompresses a body and tells in its trailers how long it was and has become. Confined to its
/// event loop.
final class DecompressorStage implements BodyStage {
    private final StreamCoder coder;
    private final DecompressorCounts counts;
    private final String trailerPrefix;
    private long compressed;
    private long uncompressed;

    DecompressorStage(StreamCoder coder, DecompressorCounts counts, String trailerPrefix) {
        this.coder = coder;
        this.counts = counts;
        this.trailerPrefix = trailerPrefix;
    }

    @Override
    public ByteBuf onData(ByteBuf data, boolean endStream) {
        int before = data.readableBytes();
        ByteBuf plain = coder.code(data, endStream);
        int after = plain.readableBytes();
        compressed += before;
        uncompressed += after;
        counts.compressedBytes().add(before);
        counts.uncompressedBytes().add(after);
        return plain;
    }

    @Override
    public ByteBuf onTrailers(HeaderMap trailers) {
        coder.close();
        report(trailers);
        return Unpooled.EMPTY_BUFFER;
    }

    @Override
    public HeaderMap trailersAtEnd() {
        HeaderMap trailers = new HeaderMap();
        report(trailers);
        return trailers;
    }

    private void report(HeaderMap trailers) {
        trailers.add(trailerPrefix + "-compressed-bytes", Long.toString(compressed));
        trailers.add(trailerPrefix + "-uncompressed-bytes", Long.toString(uncompressed));
    }

    @Override
    public void close() {
        coder.close();
    }
}
