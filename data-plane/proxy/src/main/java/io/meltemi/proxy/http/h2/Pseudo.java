package io.meltemi.proxy.http.h2;

/// The pseudo fields of RFC 9113 §8.3 as bits of a set. Pure.
final class Pseudo {
    static final int METHOD = 1;
    static final int SCHEME = 2;
    static final int AUTHORITY = 4;
    static final int PATH = 8;
    static final int STATUS = 16;

    private static final int REQUEST = METHOD | SCHEME | PATH;

    private Pseudo() {}

    /// Zero for a name that is none of them; `:protocol` (RFC 8441) is not supported.
    static int bitOf(String name) {
        return switch (name) {
            case ":method" -> METHOD;
            case ":scheme" -> SCHEME;
            case ":authority" -> AUTHORITY;
            case ":path" -> PATH;
            case ":status" -> STATUS;
            default -> 0;
        };
    }

    static boolean isRequest(int seen, boolean connect) {
        if (connect) {
            return seen == (METHOD | AUTHORITY);
        }
        return (seen & REQUEST) == REQUEST && (seen & STATUS) == 0;
    }

    static boolean isResponse(int seen) {
        return seen == STATUS;
    }
}
