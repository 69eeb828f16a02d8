package io.meltemi.proxy.filter.statefulsession;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// Reads base64 of clients. Immutable: pure functions.
final class Base64Text {
    private Base64Text() {}

    /// What it stands for; null when it is no base64. Envoy: its padding must be there.
    static byte @Nullable [] decode(String text) {
        if (text.length() % 4 != 0) {
            return null;
        }
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }
}
