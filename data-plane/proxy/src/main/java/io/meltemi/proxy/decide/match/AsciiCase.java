package io.meltemi.proxy.decide.match;

/// Compares text without regard to the case of ASCII letters, as Envoy does. Immutable: pure
/// functions.
///
/// The JDK folds every alphabet: `Ä` and `ä` would be equal here and different in Envoy.
final class AsciiCase {
    private AsciiCase() {}

    static boolean regionMatches(boolean ignoreCase, String text, int at, String part, int length) {
        if (!ignoreCase) {
            return text.regionMatches(at, part, 0, length);
        }
        if (at < 0 || at + length > text.length() || length > part.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (lower(text.charAt(at + i)) != lower(part.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static char lower(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
    }
}
