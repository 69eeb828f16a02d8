package io.meltemi.proxy.http.h1;

import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderSpelling;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Writes message heads as bytes: one array that grows to what is needed and stays. Confined to its
/// event loop. `HOT`.
final class HeadWriter {
    private static final int MINOR_VERSION = "HTTP/1.".length();
    private static final int REASON = "HTTP/1.1 200 ".length();

    private byte[] bytes = new byte[1024];
    private int length;
    private @Nullable HeaderSpelling spelling;

    void begin() {
        length = 0;
        spelling = null;
    }

    /// A status line.
    ///
    /// @param kept may have the status's words
    void status(int status, boolean http10, @Nullable HeaderSpelling kept) {
        byte[] line = StatusLine.line(status);
        raw(line);
        if (http10) {
            bytes[MINOR_VERSION] = '0';
        }
        if (kept instanceof HeaderSpelling.Kept words && !words.reason().isEmpty()) {
            length = REASON;
            text(words.reason());
            line();
        }
    }

    /// How names are written from here on.
    void spelling(HeaderMap headers, @Nullable HeaderSpelling otherwise) {
        HeaderSpelling own = headers.spelling();
        spelling = own == null ? otherwise : own;
    }

    void spelled(String name, String value) {
        field(spelling == null ? name : spelling.spelled(name), value);
    }

    void raw(byte[] text) {
        room(text.length);
        System.arraycopy(text, 0, bytes, length, text.length);
        length += text.length;
    }

    void space() {
        room(1);
        bytes[length++] = ' ';
    }

    void text(String text) {
        int from = length;
        int count = text.length();
        room(count);
        latin1(text, count);
        length += count;
        // A value may come from a token or a header of HTTP/2: it must not end the line.
        for (int i = from; i < length; i++) {
            byte b = bytes[i];
            if (b >= 0 && b < 0x20 && b != '\t') {
                bytes[i] = ' ';
            }
        }
    }

    @SuppressWarnings("deprecation") // takes the low bytes without a detour through an encoder
    private void latin1(String text, int count) {
        text.getBytes(0, count, bytes, length);
    }

    void field(String name, String value) {
        text(name);
        room(2);
        bytes[length++] = ':';
        bytes[length++] = ' ';
        text(value);
        line();
    }

    void line() {
        room(2);
        bytes[length++] = '\r';
        bytes[length++] = '\n';
    }

    /// All headers but pseudo headers.
    ///
    /// @param otherwise how names are written where the headers have no spelling of their own
    void fields(HeaderMap headers, @Nullable HeaderSpelling otherwise) {
        spelling(headers, otherwise);
        if (spelling == null) {
            fields(headers);
            return;
        }
        for (int i = 0; i < headers.size(); i++) {
            String name = headers.name(i);
            if (name.charAt(0) != ':') {
                spelled(name, headers.value(i));
            }
        }
    }

    /// All headers but pseudo headers, in lower case.
    void fields(HeaderMap headers) {
        for (int i = 0; i < headers.size(); i++) {
            String name = headers.name(i);
            if (name.charAt(0) != ':') {
                field(name, headers.value(i));
            }
        }
    }

    /// What was written since [#begin]; the caller releases it.
    ByteBuf finish(ByteBufAllocator allocator) {
        return allocator.directBuffer(length).writeBytes(bytes, 0, length);
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
