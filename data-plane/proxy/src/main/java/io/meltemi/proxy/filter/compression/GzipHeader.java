package io.meltemi.proxy.filter.compression;

import io.netty.buffer.ByteBuf;

/// Finds the end of a gzip member's header (RFC 1952 §2.3). Immutable: pure functions.
final class GzipHeader {
    static final int INCOMPLETE = -1;
    static final int WRONG = -2;

    private static final int FIXED_BYTES = 10;
    private static final int CHECKSUM = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xe0;

    private GzipHeader() {}

    /// How many bytes the header has, or one of the two names above.
    static int length(ByteBuf data) {
        int begin = data.readerIndex();
        int size = data.readableBytes();
        if (size < FIXED_BYTES) {
            return isPrefix(data, begin, size) ? INCOMPLETE : WRONG;
        }
        int flags = data.getUnsignedByte(begin + 3);
        if (!isPrefix(data, begin, size) || (flags & RESERVED) != 0) {
            return WRONG;
        }
        int at = FIXED_BYTES;
        if ((flags & EXTRA) != 0) {
            if (size < at + 2) {
                return INCOMPLETE;
            }
            at += 2 + data.getUnsignedShortLE(begin + at);
        }
        at = (flags & NAME) == 0 ? at : afterText(data, at);
        at = (flags & COMMENT) == 0 || at < 0 ? at : afterText(data, at);
        if (at < 0) {
            return INCOMPLETE;
        }
        at += (flags & CHECKSUM) == 0 ? 0 : 2;
        return at <= size ? at : INCOMPLETE;
    }

    private static boolean isPrefix(ByteBuf data, int begin, int size) {
        return (size < 1 || data.getByte(begin) == 0x1f)
                && (size < 2 || data.getByte(begin + 1) == (byte) 0x8b)
                && (size < 3 || data.getByte(begin + 2) == 8);
    }

    private static int afterText(ByteBuf data, int at) {
        int begin = data.readerIndex();
        int end = at;
        while (end < data.readableBytes() && data.getByte(begin + end) != 0) {
            end++;
        }
        return end < data.readableBytes() ? end + 1 : INCOMPLETE;
    }
}
