package io.meltemi.proxy.filter.compression;

import com.aayushatharva.brotli4j.decoder.DecoderJNI;
import io.meltemi.proxy.filter.FilterStats;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Reads brotli (RFC 7932). Confined to its event loop; owns native memory until closed.
///
/// Envoy: what grows beyond a hundredfold in one piece is an attack and an error.
final class BrotliDecompressor implements StreamCoder {
    private static final long MAX_RATIO = 100;

    private final DecoderJNI.Wrapper decoder;
    private final FilterStats.Count errors;
    private boolean over;
    private boolean closed;

    /// @throws IllegalStateException when there is no memory for it
    BrotliDecompressor(int bufferBytes, FilterStats.Count errors) {
        try {
            decoder = new DecoderJNI.Wrapper(bufferBytes);
        } catch (IOException e) {
            throw new IllegalStateException("brotli cannot begin to decompress", e);
        }
        this.errors = errors;
    }

    @Override
    public ByteBuf code(ByteBuf data, boolean last) {
        ByteBuf out = Unpooled.buffer(Math.max(256, data.readableBytes() * 2));
        long most = MAX_RATIO * data.readableBytes();
        while (!over && step(data, out)) {
            if (out.readableBytes() > most) {
                fail();
            }
        }
        data.release();
        if (last) {
            close();
        }
        return out;
    }

    /// @return whether there is more to do
    private boolean step(ByteBuf data, ByteBuf out) {
        return switch (decoder.getStatus()) {
            case OK -> {
                decoder.push(0);
                yield true;
            }
            case NEEDS_MORE_OUTPUT -> {
                out.writeBytes(decoder.pull());
                yield true;
            }
            case NEEDS_MORE_INPUT -> {
                if (decoder.hasOutput()) {
                    out.writeBytes(decoder.pull());
                }
                yield feed(data);
            }
            case DONE -> {
                over = true;
                if (data.isReadable()) {
                    fail();
                }
                yield false;
            }
            case ERROR -> {
                fail();
                yield false;
            }
        };
    }

    private boolean feed(ByteBuf data) {
        if (!data.isReadable()) {
            return false;
        }
        ByteBuffer input = decoder.getInputBuffer();
        input.clear();
        input.limit(Math.min(input.capacity(), data.readableBytes()));
        int size = input.limit();
        data.readBytes(input);
        decoder.push(size);
        return true;
    }

    private void fail() {
        errors.increment();
        over = true;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            over = true;
            decoder.destroy();
        }
    }
}
