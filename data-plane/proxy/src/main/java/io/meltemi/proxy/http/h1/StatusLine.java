package io.meltemi.proxy.http.h1;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/// Status codes as text and as status lines, made once. Immutable. `HOT`.
public final class StatusLine {
    private static final int FIRST = 100;
    private static final int COUNT = 500;
    private static final String[] TEXT = new String[COUNT];
    private static final byte[][] LINES = new byte[COUNT][];

    static {
        for (int i = 0; i < COUNT; i++) {
            int status = FIRST + i;
            TEXT[i] = Integer.toString(status);
            String line = "HTTP/1.1 " + status + ' ' + reason(status) + "\r\n";
            LINES[i] = line.getBytes(StandardCharsets.US_ASCII);
        }
    }

    private StatusLine() {}

    /// A status as the value of `:status`.
    public static String text(int status) {
        return TEXT[status - FIRST];
    }

    /// The status's usual words, e.g. `Not Found`; what Envoy's own replies have as body.
    public static String reason(int status) {
        String phrase = HttpResponseStatus.valueOf(status).reasonPhrase();
        return phrase.startsWith("Unknown Status") || phrase.contains("(" + status + ")")
                ? "Unknown"
                : phrase;
    }

    static byte[] line(int status) {
        return LINES[status - FIRST];
    }

    /// The number in a `:status` value; 0 when it is none between 100 and 599.
    public static int parse(String text) {
        if (text.length() != 3) {
            return 0;
        }
        int status =
                (text.charAt(0) - '0') * 100 + (text.charAt(1) - '0') * 10 + text.charAt(2) - '0';
        return status >= FIRST && status < FIRST + COUNT ? status : 0;
    }
}
