package io.meltemi.proxy.filter.compression;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/// Makes zstd (RFC 8878) of a body. Confined to its event loop; owns native memory until closed.
///
/// Envoy: pieces are not flushed; they go out when a block is full or the body ends.
final class ZstdCompressor implements StreamCoder {
    private final ZstdCompressCtx context = new ZstdCompressCtx();
    private final int chunkBytes;
    private boolean closed;

    /// @param strategy 0: as the level has it
    ZstdCompressor(int chunkBytes, int level, int strategy, boolean checksum) {
        this.chunkBytes = chunkBytes;
        context.setLevel(level);
        context.setChecksum(checksum);
        if (strategy > 0) {
            context.setStrategy(strategy);
        }
    }

    @Override
    public ByteBuf code(ByteBuf data, boolean last) {
        ByteBuffer input = DirectBytes.of(data);
        ByteBuffer chunk = ByteBuffer.allocateDirect(chunkBytes);
        ByteBuf out = Unpooled.buffer(64);
        EndDirective directive = last ? EndDirective.END : EndDirective.CONTINUE;
        boolean done = false;
        while (!done) {
            boolean flushed = context.compressDirectByteBufferStream(chunk, input, directive);
            out.writeBytes(chunk.flip());
            chunk.clear();
            done = last ? flushed : !input.hasRemaining();
        }
        data.release();
        if (last) {
            close();
        }
        return out;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            context.close();
        }
    }
}
