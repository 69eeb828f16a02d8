package io.meltemi.proxy.observe;

import io.meltemi.proxy.http.ResponseFlag;
import org.jspecify.annotations.Nullable;

/// Sets of [ResponseFlag] as bits of a `long`: added to and read without an object. Immutable.
public final class ResponseFlags {
    private static final ResponseFlag[] ALL = ResponseFlag.values();
    private static final int BITS = 6;
    private static final int MOST = Long.SIZE / BITS;

    private ResponseFlags() {}

    /// A sequence of flags with one more at its end; beyond ten they are not remembered.
    ///
    /// @param count how many there were before
    @SuppressWarnings("EnumOrdinal") // never stored or sent
    static long append(long sequence, int count, ResponseFlag flag) {
        return count < MOST ? sequence | (flag.ordinal() + 1L) << (BITS * count) : sequence;
    }

    /// The nth flag of a sequence, from 0; null beyond its end.
    public static @Nullable ResponseFlag nth(long sequence, int n) {
        int number = n < MOST ? (int) (sequence >>> (BITS * n)) & ((1 << BITS) - 1) : 0;
        return number == 0 ? null : ALL[number - 1];
    }

    /// The bit of one flag.
    @SuppressWarnings("EnumOrdinal") // never stored or sent: any one-to-one numbering will do
    public static long bit(ResponseFlag flag) {
        return 1L << flag.ordinal();
    }

    public static boolean contains(long flags, ResponseFlag flag) {
        return (flags & bit(flag)) != 0;
    }
}
