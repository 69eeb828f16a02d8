package io.meltemi.proxy.filter.grpc;

import io.netty.buffer.ByteBuf;

/// Counts the messages of a gRPC body that goes by. Confined to its event loop.
public final class FrameCounter {
    private static final int HEAD = 5;

    private int headBytes;
    private long length;
    private long left;

    /// How many messages begin in this piece.
    public int count(ByteBuf data) {
        int begun = 0;
        int end = data.writerIndex();
        for (int i = data.readerIndex(); i < end; ) {
            if (left > 0) {
                long skipped = Math.min(left, end - i);
                left -= skipped;
                i += (int) skipped;
                continue;
            }
            int b = data.getByte(i++) & 0xff;
            if (headBytes == 0) {
                begun++;
                length = 0;
            } else {
                length = length << 8 | b;
            }
            headBytes++;
            if (headBytes == HEAD) {
                headBytes = 0;
                left = length;
            }
        }
        return begun;
    }
}
