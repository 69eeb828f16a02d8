package io.meltemi.proxy.observe.tracing;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

/// Writes strings as JSON of ASCII alone. Confined to its event loop.
final class JsonString {
    private static final String HEX = "0123456789abcdef";

    private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();

    /// @param text of the configuration, or of a header: there each character is a byte
    void write(String text, StringBuilder to) {
        to.append('"');
        String readable = isAscii(text) ? text : decoded(text);
        for (int i = 0; i < readable.length(); i++) {
            char c = readable.charAt(i);
            if (c == '"' || c == '\\') {
                to.append('\\').append(c);
            } else if (c >= ' ' && c < 0x7f) {
                to.append(c);
            } else {
                to.append("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    to.append(HEX.charAt((c >>> shift) & 0xf));
                }
            }
        }
        to.append('"');
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /// Bytes that are UTF-8 become what they mean; all else stays.
    private String decoded(String text) {
        byte[] bytes = new byte[text.length()];
        for (int i = 0; i < bytes.length; i++) {
            char c = text.charAt(i);
            if (c > 0xff) {
                return text;
            }
            bytes[i] = (byte) c;
        }
        try {
            return utf8.decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException _) {
            return text;
        }
    }
}
