package io.meltemi.proxy.filter.compression;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.meltemi.proxy.filter.FilterStats;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/// Reads zstd (RFC 8878). Confined to its event loop; owns native memory until closed.
final class ZstdDecompressor implements StreamCoder {
    /// What one piece may become at most: Envoy has no limit, a few bytes can fill any memory.
    private static final int MOST_BYTES = 32 * 1024 * 1024;

    private final ZstdDecompressCtx context = new ZstdDecompressCtx();
    private final int chunkBytes;
    private final Errors errors;
    private boolean over;
    private boolean closed;

    /// Where what goes wrong is counted. Thread-safe.
    record Errors(
            FilterStats.Count generic,
            FilterStats.Count dictionary,
            FilterStats.Count checksum,
            FilterStats.Count memory) {}

    ZstdDecompressor(int chunkBytes, Errors errors) {
        this.chunkBytes = chunkBytes;
        this.errors = errors;
    }

    @Override
    public ByteBuf code(ByteBuf data, boolean last) {
        ByteBuf out = Unpooled.buffer(Math.max(256, data.readableBytes() * 2));
        if (!over && data.isReadable()) {
            ByteBuffer input = DirectBytes.of(data);
            ByteBuffer chunk = ByteBuffer.allocateDirect(chunkBytes);
            try {
                decompress(input, chunk, out);
            } catch (ZstdException e) {
                over = true;
                count(e.getErrorCode());
            }
        }
        data.release();
        if (last) {
            close();
        }
        return out;
    }

    private void decompress(ByteBuffer input, ByteBuffer chunk, ByteBuf out) {
        boolean full = false;
        while (input.hasRemaining() || full) {
            context.decompressDirectByteBufferStream(chunk, input);
            full = !chunk.hasRemaining();
            out.writeBytes(chunk.flip());
            chunk.clear();
            if (out.readableBytes() > MOST_BYTES) {
                over = true;
                errors.generic.increment();
                return;
            }
        }
    }

    private void count(long code) {
        if (code == Zstd.errChecksumWrong()) {
            errors.checksum.increment();
        } else if (code == Zstd.errDictionaryCorrupted() || code == Zstd.errDictionaryWrong()) {
            errors.dictionary.increment();
        } else if (code == Zstd.errMemoryAllocation()) {
            errors.memory.increment();
        } else {
            errors.generic.increment();
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            over = true;
            context.close();
        }
    }
}
