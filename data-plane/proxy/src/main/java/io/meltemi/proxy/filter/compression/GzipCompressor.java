package io.meltemi.proxy.filter.compression;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// Makes gzip (RFC 1952) of a body. Confined to its event loop; owns native memory until closed.
///
/// Each piece is flushed, as in Envoy, so that a stream reaches its reader as it comes.
final class GzipCompressor implements StreamCoder {
    /// Magic, deflate, no flags, no time, no hint, unix.
    private static final byte[] HEAD = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};

    private final Deflater deflater;
    private final CRC32 checksum = new CRC32();
    private long bytes;
    private boolean begun;
    private boolean closed;

    GzipCompressor(int level, int strategy) {
        deflater = new Deflater(level, true);
        deflater.setStrategy(strategy);
    }

    @Override
    public ByteBuf code(ByteBuf data, boolean last) {
        byte[] plain = new byte[data.readableBytes()];
        data.readBytes(plain);
        data.release();
        ByteBuf out = Unpooled.buffer(plain.length / 2 + 64);
        if (!begun) {
            begun = true;
            out.writeBytes(HEAD);
        }
        checksum.update(plain);
        bytes += plain.length;
        deflater.setInput(plain);
        if (last) {
            deflater.finish();
        }
        byte[] chunk = new byte[4096];
        int flush = last ? Deflater.NO_FLUSH : Deflater.SYNC_FLUSH;
        int count = deflater.deflate(chunk, 0, chunk.length, flush);
        while (count > 0) {
            out.writeBytes(chunk, 0, count);
            count = deflater.deflate(chunk, 0, chunk.length, flush);
        }
        if (last) {
            out.writeIntLE((int) checksum.getValue()).writeIntLE((int) bytes);
            close();
        }
        return out;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            deflater.end();
        }
    }
}
