package io.meltemi.bench.scale;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Puts bytes together, with the few encodings that a discovery request needs. Confined to its
/// user.
final class Bytes {
    private static final int MORE = 0x80;
    private static final int SEVEN_BITS = 7;
    private static final int TYPE_BITS = 3;
    private static final int LENGTH_DELIMITED = 2;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Bytes add(int... some) {
        for (int each : some) {
            bytes.write(each);
        }
        return this;
    }

    Bytes add(byte[] some) {
        bytes.writeBytes(some);
        return this;
    }

    /// HPACK: a text as it is, behind its length (below 127).
    Bytes text(String text) {
        return add(text.length()).add(text.getBytes(StandardCharsets.US_ASCII));
    }

    /// Protobuf: a field with a text.
    Bytes field(int number, String text) {
        return field(number, text.getBytes(StandardCharsets.UTF_8));
    }

    /// Protobuf: a field with a message or bytes.
    Bytes field(int number, byte[] content) {
        return add(number << TYPE_BITS | LENGTH_DELIMITED).varint(content.length).add(content);
    }

    private Bytes varint(int value) {
        int left = value;
        while (left >= MORE) {
            bytes.write(left | MORE);
            left >>>= SEVEN_BITS;
        }
        bytes.write(left);
        return this;
    }

    byte[] toArray() {
        return bytes.toByteArray();
    }
}
