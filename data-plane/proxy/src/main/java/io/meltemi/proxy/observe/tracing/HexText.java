package io.meltemi.proxy.observe.tracing;

import java.nio.charset.StandardCharsets;

/// Numbers as 16 lower-case hex digits. Immutable. `HOT`.
final class HexText {
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private HexText() {}

    static void write(long value, byte[] to, int at) {
        for (int i = 15; i >= 0; i--) {
            to[at + i] = digit(value);
            value >>>= 4;
        }
    }

    static byte digit(long nibble) {
        return DIGITS[(int) (nibble & 0xf)];
    }

    static String string(byte[] ascii, int length) {
        return new String(ascii, 0, length, StandardCharsets.ISO_8859_1);
    }
}
