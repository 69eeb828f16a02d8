package io.meltemi.proxy.http.h1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/// The bytes of one connection that were read and not yet understood. Confined to its event loop.
/// `HOT`.
///
/// Nearly always that is the buffer just read, taken as it is; only a message cut in two is copied.
final class Cumulation {
    private @Nullable ByteBuf bytes;

    /// How far the search for the end of the head has come.
    private int searched;

    /// Takes over the buffer.
    void add(ByteBuf read, ByteBufAllocator allocator) {
        ByteBuf old = bytes;
        if (old == null || !old.isReadable()) {
            release();
            bytes = read;
            return;
        }
        ByteBuf joined = allocator.directBuffer((old.readableBytes() + read.readableBytes()) * 2);
        joined.writeBytes(old).writeBytes(read);
        old.release();
        read.release();
        bytes = joined;
    }

    boolean isEmpty() {
        return bytes == null || !bytes.isReadable();
    }

    ByteBuf bytes() {
        if (bytes == null) {
            throw new IllegalStateException("nothing was read");
        }
        return bytes;
    }

    int size() {
        return bytes == null ? 0 : bytes.readableBytes();
    }

    /// The length of the head at the front, blank line included; -1 when it is not complete.
    ///
    /// @param length how much of the front was copied
    ///
    ///   Each byte is looked at once, however many pieces the head comes in.
    int headLength(byte[] copy, int length) {
        for (int i = searched; i < length; i++) {
            if (copy[i] != '\n') {
                continue;
            }
            boolean blank =
                    (i >= 1 && copy[i - 1] == '\n')
                            || (i >= 2 && copy[i - 1] == '\r' && copy[i - 2] == '\n');
            if (blank) {
                searched = 0;
                return i + 1;
            }
        }
        searched = length;
        return -1;
    }

    /// Skips the empty lines that a client may send before a request (RFC 9112 §2.2).
    void skipEmptyLines() {
        ByteBuf in = bytes();
        while (in.isReadable()) {
            byte b = in.getByte(in.readerIndex());
            if (b != '\r' && b != '\n') {
                return;
            }
            in.skipBytes(1);
        }
    }

    void release() {
        if (bytes != null) {
            bytes.release();
            bytes = null;
        }
        searched = 0;
    }
}
