package io.meltemi.proxy.observe.accesslog;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The bytes of one log line, used again for each. Confined to its event loop. `HOT`.
final class LogBuffer {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    /// Envoy cuts nothing, but one line must not hold a worker's memory for ever.
    private static final int MAX_BYTES = 1 << 20;

    private byte[] bytes = new byte[1024];
    private int size;
    private boolean json;

    /// How many more characters of text are taken.
    private int room = Integer.MAX_VALUE;

    byte[] array() {
        return bytes;
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
        json = false;
        room = Integer.MAX_VALUE;
    }

    /// Forgets what was written after a [#size] read before.
    void rollback(int to) {
        size = to;
    }

    /// Whether text is escaped for the inside of a JSON string; returns what was in force.
    boolean json(boolean on) {
        boolean before = json;
        json = on;
        return before;
    }

    /// Takes at most this many characters until told otherwise (`%REQ(X):20%`).
    void limit(int characters) {
        room = characters;
    }

    void raw(byte[] text) {
        ensure(text.length);
        System.arraycopy(text, 0, bytes, size, text.length);
        size += text.length;
    }

    void raw(char ascii) {
        ensure(1);
        bytes[size++] = (byte) ascii;
    }

    /// Text of ours or of the configuration, in UTF-8.
    void text(String value) {
        int end = Math.min(value.length(), room);
        ensure(end * 6);
        for (int i = 0; i < end; i++) {
            char c = value.charAt(i);
            if (c < 0x80) {
                ascii(c);
            } else if (Character.isHighSurrogate(c) && i + 1 < end) {
                utf8(Character.toCodePoint(c, value.charAt(++i)));
            } else {
                utf8(Character.isSurrogate(c) ? '?' : c);
            }
        }
        spend(end);
    }

    /// A header's value: one character per byte as it came in, and it goes out as the same bytes.
    /// In JSON bytes that are not UTF-8 are escaped, for the line must be JSON whatever came in.
    void header(String value) {
        int end = Math.min(value.length(), room);
        boolean escapeHigh = json && !Utf8Check.isUtf8(value, end);
        ensure(end * 6);
        for (int i = 0; i < end; i++) {
            char c = value.charAt(i);
            if (c < 0x80) {
                ascii(c);
            } else if (c > 0xff) {
                utf8(Character.isSurrogate(c) ? '?' : c);
            } else if (escapeHigh) {
                unicodeEscape(c);
            } else {
                bytes[size++] = (byte) c;
            }
        }
        spend(end);
    }

    private void spend(int characters) {
        if (room != Integer.MAX_VALUE) {
            room -= characters;
        }
    }

    private void ascii(char c) {
        if (!json || (c >= 0x20 && c != '"' && c != '\\')) {
            bytes[size++] = (byte) c;
            return;
        }
        switch (c) {
            case '"', '\\' -> escape((byte) c);
            case '\n' -> escape((byte) 'n');
            case '\r' -> escape((byte) 'r');
            case '\t' -> escape((byte) 't');
            default -> unicodeEscape(c);
        }
    }

    private void escape(byte letter) {
        bytes[size++] = '\\';
        bytes[size++] = letter;
    }

    private void unicodeEscape(char c) {
        escape((byte) 'u');
        bytes[size++] = HEX[c >> 12 & 0xf];
        bytes[size++] = HEX[c >> 8 & 0xf];
        bytes[size++] = HEX[c >> 4 & 0xf];
        bytes[size++] = HEX[c & 0xf];
    }

    private void utf8(int codePoint) {
        if (codePoint >= 0x10000) {
            bytes[size++] = (byte) (0xf0 | codePoint >> 18);
            bytes[size++] = (byte) (0x80 | (codePoint >> 12 & 0x3f));
        } else if (codePoint >= 0x800) {
            bytes[size++] = (byte) (0xe0 | codePoint >> 12);
        }
        if (codePoint >= 0x800) {
            bytes[size++] = (byte) (0x80 | (codePoint >> 6 & 0x3f));
        } else {
            bytes[size++] = (byte) (0xc0 | codePoint >> 6);
        }
        bytes[size++] = (byte) (0x80 | (codePoint & 0x3f));
    }

    void number(long value) {
        ensure(20);
        if (value < 0) {
            text(Long.toString(value));
            return;
        }
        int digits = digits(value);
        for (int i = size + digits - 1; i >= size; i--) {
            bytes[i] = (byte) ('0' + value % 10);
            value /= 10;
        }
        size += digits;
    }

    /// A number with leading zeros.
    void padded(long value, int digits) {
        ensure(digits);
        for (int i = size + digits - 1; i >= size; i--) {
            bytes[i] = (byte) ('0' + value % 10);
            value /= 10;
        }
        size += digits;
    }

    void hex(long value) {
        ensure(16);
        for (int shift = 60; shift >= 0; shift -= 4) {
            bytes[size++] = HEX[(int) (value >>> shift & 0xf)];
        }
    }

    private static int digits(long value) {
        int digits = 1;
        long power = 10;
        while (digits < 19 && value >= power) {
            digits++;
            power *= 10;
        }
        return digits;
    }

    private void ensure(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }

    /// Gives back what an extraordinary line took.
    void shrink() {
        if (bytes.length > MAX_BYTES) {
            bytes = new byte[1024];
        }
        clear();
    }
}
