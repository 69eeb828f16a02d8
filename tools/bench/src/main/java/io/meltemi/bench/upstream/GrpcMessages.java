package io.meltemi.bench.upstream;

import java.nio.ByteBuffer;

/// Bodies as gRPC frames them. Thread-safe: without state.
public final class GrpcMessages {
    private static final int HEAD = 5;

    private GrpcMessages() {}

    /// @param count messages, one behind the other
    /// @param size bytes of each, without the five in front of it
    public static byte[] of(int count, int size) {
        ByteBuffer all = ByteBuffer.allocate(count * (HEAD + size));
        for (int i = 0; i < count; i++) {
            all.put((byte) 0).putInt(size).position(all.position() + size);
        }
        return all.array();
    }
}
