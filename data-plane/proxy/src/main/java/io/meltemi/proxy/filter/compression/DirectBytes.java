package io.meltemi.proxy.filter.compression;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/// Memory outside the heap, which native code wants. Immutable: pure functions.
final class DirectBytes {
    private static final ByteBuffer NONE = ByteBuffer.allocateDirect(0);

    private DirectBytes() {}

    /// What is readable, in one piece outside the heap; a view where that is possible.
    static ByteBuffer of(ByteBuf data) {
        if (!data.isReadable()) {
            return NONE.duplicate();
        }
        if (data.isDirect() && data.nioBufferCount() == 1) {
            return data.nioBuffer();
        }
        ByteBuffer copy = ByteBuffer.allocateDirect(data.readableBytes());
        data.getBytes(data.readerIndex(), copy);
        return copy.flip();
    }
}
