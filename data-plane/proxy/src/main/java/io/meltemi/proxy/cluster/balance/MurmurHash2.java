package io.meltemi.proxy.cluster.balance;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The 64-bit MurmurHash2 of C++'s standard library, which Envoy offers for rings. Immutable: pure
/// functions.
final class MurmurHash2 {
    private static final long M = 0xc6a4a7935bd1e995L;
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private MurmurHash2() {}

    static long hash(byte[] bytes, long seed) {
        long hash = seed ^ (bytes.length * M);
        int at = 0;
        for (; at <= bytes.length - 8; at += 8) {
            long mixed = mix((long) LONGS.get(bytes, at) * M) * M;
            hash = (hash ^ mixed) * M;
        }
        if (at < bytes.length) {
            long rest = 0;
            for (int i = bytes.length - 1; i >= at; i--) {
                rest = (rest << 8) | (bytes[i] & 0xFF);
            }
            hash = (hash ^ rest) * M;
        }
        hash = mix(hash) * M;
        return mix(hash);
    }

    private static long mix(long value) {
        return value ^ (value >>> 47);
    }
}
