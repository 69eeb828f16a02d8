package io.meltemi.galley.analyze;

/// Hosts that may begin with a wildcard. Immutable.
final class HostPatterns {
    private HostPatterns() {}

    /// Whether some host name is meant by both: equal, or one a wildcard over the other.
    static boolean overlap(String a, String b) {
        return covers(a, b) || covers(b, a);
    }

    /// Whether everything the host means is meant by the pattern too.
    static boolean covers(String pattern, String host) {
        return pattern.equals(host)
                || (pattern.startsWith("*")
                        && host.length() >= pattern.length()
                        && host.endsWith(pattern.substring(1)));
    }
}
