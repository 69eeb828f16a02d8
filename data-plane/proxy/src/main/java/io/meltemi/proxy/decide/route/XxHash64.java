package io.meltemi.proxy.decide.route;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// xxHash64, with seed 0 unless said otherwise: the hash Envoy places requests and endpoints on a
/// ring with. Immutable: pure functions.
public final class XxHash64 {
    private static final long P1 = 0x9E3779B185EBCA87L;
    private static final long P2 = 0xC2B2AE3D27D4EB4FL;
    private static final long P3 = 0x165667B19E3779F9L;
    private static final long P4 = 0x85EBCA77C2B2AE63L;
    private static final long P5 = 0x27D4EB2F165667C5L;
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private XxHash64() {}

    /// Of a text's UTF-8 bytes.
    public static long hash(String text) {
        return hash(text.getBytes(StandardCharsets.UTF_8));
    }

    public static long hash(byte[] bytes) {
        return hash(bytes, 0);
    }

    public static long hash(byte[] bytes, long seed) {
        int at = 0;
        long hash = seed + P5;
        if (bytes.length >= 32) {
            long v1 = seed + P2;
            v1 += P1; // overflows, as it is meant to
            long v2 = seed + P2;
            long v3 = seed;
            long v4 = seed - P1;
            for (; at <= bytes.length - 32; at += 32) {
                v1 = round(v1, (long) LONGS.get(bytes, at));
                v2 = round(v2, (long) LONGS.get(bytes, at + 8));
                v3 = round(v3, (long) LONGS.get(bytes, at + 16));
                v4 = round(v4, (long) LONGS.get(bytes, at + 24));
            }
            hash =
                    Long.rotateLeft(v1, 1)
                            + Long.rotateLeft(v2, 7)
                            + Long.rotateLeft(v3, 12)
                            + Long.rotateLeft(v4, 18);
            hash = merge(merge(merge(merge(hash, v1), v2), v3), v4);
        }
        hash += bytes.length;
        for (; at <= bytes.length - 8; at += 8) {
            hash ^= round(0, (long) LONGS.get(bytes, at));
            hash = Long.rotateLeft(hash, 27) * P1 + P4;
        }
        if (at <= bytes.length - 4) {
            hash ^= ((int) INTS.get(bytes, at) & 0xFFFFFFFFL) * P1;
            hash = Long.rotateLeft(hash, 23) * P2 + P3;
            at += 4;
        }
        for (; at < bytes.length; at++) {
            hash ^= (bytes[at] & 0xFF) * P5;
            hash = Long.rotateLeft(hash, 11) * P1;
        }
        hash ^= hash >>> 33;
        hash *= P2;
        hash ^= hash >>> 29;
        hash *= P3;
        return hash ^ (hash >>> 32);
    }

    private static long round(long accumulator, long input) {
        return Long.rotateLeft(accumulator + input * P2, 31) * P1;
    }

    private static long merge(long hash, long v) {
        return (hash ^ round(0, v)) * P1 + P4;
    }
}
