package io.meltemi.proxy.http.h2;

/// The pseudo fields of RFC 9113 §8.3 as bits of a set. Pure.
final class Pseudo {
    static final int METHOD = 1;
    static final int SCHEME = 2;
    static final int AUTHORITY = 4;
    static final int PATH = 8;
    static final int STATUS = 16;
    static final int PROTOCOL = 32;

    private static final int REQUEST = METHOD | SCHEME | PATH;
    private static final int EXTENDED_CONNECT = REQUEST | AUTHORITY | PROTOCOL;

    private Pseudo() {}

    /// Zero for a name that is none of them.
    static int bitOf(String name) {
        return switch (name) {
            case ":method" -> METHOD;
            case ":scheme" -> SCHEME;
            case ":authority" -> AUTHORITY;
            case ":path" -> PATH;
            case ":status" -> STATUS;
            case ":protocol" -> PROTOCOL;
            default -> 0;
        };
    }

    static boolean isRequest(int seen, boolean connect) {
        if (connect) {
            return seen == (METHOD | AUTHORITY) || seen == EXTENDED_CONNECT;
        }
        return (seen & REQUEST) == REQUEST && (seen & (STATUS | PROTOCOL)) == 0;
    }

    static boolean isResponse(int seen) {
        return seen == STATUS;
    }
}
