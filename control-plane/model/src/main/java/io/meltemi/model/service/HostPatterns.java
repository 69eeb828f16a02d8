package io.meltemi.model.service;

/// Hosts that may begin with a wildcard. Immutable.
public final class HostPatterns {
    private HostPatterns() {}

    /// Whether some host name is meant by both: equal, or one a wildcard over the other.
    public static boolean overlap(String a, String b) {
        return covers(a, b) || covers(b, a);
    }

    /// Whether everything the host means, which may be a wildcard itself, is meant by the pattern
    /// too. `*.a.b` stands for any number of labels before `.a.b`, but not for none.
    public static boolean covers(String pattern, String host) {
        return pattern.equals(host)
                || (pattern.startsWith("*")
                        && host.length() >= pattern.length()
                        && host.endsWith(pattern.substring(1)));
    }
}
