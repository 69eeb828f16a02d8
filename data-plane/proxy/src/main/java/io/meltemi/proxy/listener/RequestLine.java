package io.meltemi.proxy.listener;

import io.meltemi.proxy.http.HeaderNames;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/// What the first line of a connection says of its protocol.
///
/// Envoy: any method counts, and a line without a version, or with one that nobody speaks, is of
/// HTTP/1.0; but what is asked for has to look like a target, so that lines of other protocols
/// (`USER a`, `EHLO a`) are not taken for requests.
enum RequestLine {
    HTTP_1_1,
    HTTP_1_0,
    OTHER,
    /// The line has not ended, and may still become a request's.
    NEED_MORE;

    static RequestLine of(ByteBuf in) {
        int start = in.readerIndex();
        int end = in.indexOf(start, in.writerIndex(), (byte) '\n');
        int last = end < 0 ? in.writerIndex() : end;
        int method = start;
        while (method < last && HeaderNames.isToken(in.getByte(method))) {
            method++;
        }
        boolean isCut = end < 0 && method == last;
        if (method == start || !(isCut || isBlank(in.getByte(method)))) {
            return OTHER;
        }
        if (end < 0) {
            return NEED_MORE;
        }
        return ended(in.toString(start, end - start, StandardCharsets.ISO_8859_1), method - start);
    }

    /// @param method how many characters it has
    private static RequestLine ended(String line, int method) {
        String[] words = line.substring(method).strip().split("[ \\t]+", 2);
        String target = words[0];
        if (!isTarget(line.substring(0, method), target)) {
            return OTHER;
        }
        if (words.length == 1) {
            return HTTP_1_0;
        }
        String version = words[1];
        boolean isVersion =
                version.length() == "HTTP/1.1".length()
                        && version.startsWith("HTTP/")
                        && isDigit(version.charAt(5))
                        && version.charAt(6) == '.'
                        && isDigit(version.charAt(7));
        if (!isVersion) {
            return OTHER;
        }
        return version.endsWith("1.1") ? HTTP_1_1 : HTTP_1_0;
    }

    private static boolean isTarget(String method, String target) {
        if (target.isEmpty() || target.chars().anyMatch(c -> c >= 0x80)) {
            return false;
        }
        return method.equals("CONNECT")
                || target.charAt(0) == '/'
                || target.charAt(0) == '*'
                || target.contains("://");
    }

    private static boolean isBlank(byte character) {
        return character == ' ' || character == '\t';
    }

    private static boolean isDigit(char character) {
        return character >= '0' && character <= '9';
    }
}
