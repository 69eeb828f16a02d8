package io.meltemi.proxy.filter.compression;

import com.aayushatharva.brotli4j.encoder.Encoder;
import com.aayushatharva.brotli4j.encoder.EncoderJNI;
import com.aayushatharva.brotli4j.encoder.EncoderJNI.Operation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Makes brotli (RFC 7932) of a body. Confined to its event loop; owns native memory until closed.
///
/// Each piece is flushed, as in Envoy, so that a stream reaches its reader as it comes.
final class BrotliCompressor implements StreamCoder {
    private final EncoderJNI.Wrapper encoder;
    private boolean closed;

    /// @throws IllegalStateException when there is no memory for it
    BrotliCompressor(int bufferBytes, int quality, int windowBits, Encoder.Mode mode) {
        try {
            encoder = new EncoderJNI.Wrapper(bufferBytes, quality, windowBits, mode);
        } catch (IOException e) {
            throw new IllegalStateException("brotli takes no quality " + quality, e);
        }
    }

    @Override
    public ByteBuf code(ByteBuf data, boolean last) {
        ByteBuf out = Unpooled.buffer(data.readableBytes() / 2 + 64);
        ByteBuffer input = encoder.getInputBuffer();
        while (data.readableBytes() > input.capacity()) {
            push(data, Operation.PROCESS, out);
        }
        push(data, last ? Operation.FINISH : Operation.FLUSH, out);
        data.release();
        if (last) {
            close();
        }
        return out;
    }

    private void push(ByteBuf data, Operation operation, ByteBuf out) {
        ByteBuffer input = encoder.getInputBuffer();
        input.clear();
        input.limit(Math.min(input.capacity(), data.readableBytes()));
        int size = input.limit();
        data.readBytes(input);
        encoder.push(operation, size);
        while (encoder.hasMoreOutput() || encoder.hasRemainingInput()) {
            if (encoder.hasMoreOutput()) {
                out.writeBytes(encoder.pull());
            } else {
                encoder.push(operation, 0);
            }
        }
        if (!encoder.isSuccess()) {
            throw new IllegalStateException("brotli failed to compress " + size + " bytes");
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            encoder.destroy();
        }
    }
}
