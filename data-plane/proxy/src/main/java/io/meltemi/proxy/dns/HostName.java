package io.meltemi.proxy.dns;

/// A name and a port to resolve. Immutable.
///
/// @param key both as one text, by which the cache knows it: `shop.test:80`
/// @param host without brackets
public record HostName(String key, String host, int port) {
    private static final int MAX_PORT = 65_535;

    /// What an authority asks for.
    ///
    /// Envoy: the same host with two ports is two names, and the case of letters counts.
    ///
    /// @param defaultPort where it has none
    public static HostName of(String authority, int defaultPort) {
        int colon = authority.lastIndexOf(':');
        int bracket = authority.lastIndexOf(']');
        boolean bare = bracket < 0 && authority.indexOf(':') != colon;
        int port = colon > bracket && !bare ? port(authority, colon + 1) : -1;
        if (port < 0) {
            return new HostName(authority + ':' + defaultPort, host(authority), defaultPort);
        }
        return new HostName(authority, host(authority.substring(0, colon)), port);
    }

    private static String host(String text) {
        return text.startsWith("[") && text.endsWith("]")
                ? text.substring(1, text.length() - 1)
                : text;
    }

    private static int port(String text, int from) {
        int port = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            port = port * 10 + (c - '0');
            if (port > MAX_PORT) {
                return -1;
            }
        }
        return from == text.length() ? -1 : port;
    }
}
