package io.meltemi.proxy.observe.accesslog;

/// Whether bytes kept one per character are UTF-8. Immutable.
final class Utf8Check {
    private Utf8Check() {}

    static boolean isUtf8(String value, int end) {
        int i = 0;
        while (i < end) {
            char c = value.charAt(i++);
            int more = following(c);
            if (more < 0) {
                return false;
            }
            for (int k = 0; k < more; k++, i++) {
                if (i >= end || (value.charAt(i) & 0xffc0) != 0x80) {
                    return false;
                }
            }
        }
        return true;
    }

    /// How many bytes follow a first byte; -1 when it cannot be one. Overlong forms and surrogates
    /// are let through: JSON readers replace them.
    private static int following(char c) {
        if (c < 0x80 || c > 0xff) {
            return 0;
        }
        if (c < 0xc2 || c > 0xf4) {
            return -1;
        }
        return c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
    }
}
