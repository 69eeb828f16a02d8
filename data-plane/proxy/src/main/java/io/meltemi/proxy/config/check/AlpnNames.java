package io.meltemi.proxy.config.check;

import java.nio.charset.StandardCharsets;

/// What protocols can be called in a TLS handshake. Thread-safe: pure.
public final class AlpnNames {
    /// RFC 7301 §3.1: a name has a length of one byte.
    private static final int MAX_BYTES = 255;

    private AlpnNames() {}

    /// Whether it can be a name; what cannot is refused.
    public static boolean check(String name, ConfigPlace at) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > 0 && bytes <= MAX_BYTES) {
            return true;
        }
        at.refuse("a protocol's name has 1 to " + MAX_BYTES + " bytes, not " + bytes);
        return false;
    }
}
