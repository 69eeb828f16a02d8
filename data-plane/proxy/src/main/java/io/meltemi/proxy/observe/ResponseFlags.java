package io.meltemi.proxy.observe;

import io.meltemi.proxy.http.ResponseFlag;

/// Sets of [ResponseFlag] as bits of a `long`: added to and read without an object. Immutable.
public final class ResponseFlags {
    private ResponseFlags() {}

    /// The bit of one flag.
    @SuppressWarnings("EnumOrdinal") // never stored or sent: any one-to-one numbering will do
    public static long bit(ResponseFlag flag) {
        return 1L << flag.ordinal();
    }

    public static boolean contains(long flags, ResponseFlag flag) {
        return (flags & bit(flag)) != 0;
    }
}
