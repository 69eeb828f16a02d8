package io.meltemi.pilot.scope;

import io.meltemi.model.service.HostPatterns;
import java.util.Locale;
import java.util.Optional;

/// How Istio reads host names. Thread-safe: stateless.
public final class Hosts {
    private Hosts() {}

    /// The full name of a host as it stands in a resource of this namespace.
    ///
    /// Istio: only a name without any dot is short; wildcards and addresses stay as they are.
    public static String resolve(String host, String namespace, String domainSuffix) {
        String name = host.toLowerCase(Locale.ROOT);
        boolean isShort = name.indexOf('.') < 0 && name.indexOf('*') < 0 && name.indexOf(':') < 0;
        return isShort ? name + "." + namespace + "." + domainSuffix : name;
    }

    /// The narrower of two hosts when they have names in common.
    public static Optional<String> intersect(String one, String other) {
        if (HostPatterns.covers(one, other)) {
            return Optional.of(other);
        }
        return HostPatterns.covers(other, one) ? Optional.of(one) : Optional.empty();
    }

    /// Orders the more specific first: exact before wildcards, then long before short, then by the
    /// alphabet.
    public static int bySpecificity(String one, String other) {
        boolean wild = one.startsWith("*");
        if (wild != other.startsWith("*")) {
            return wild ? 1 : -1;
        }
        int byLength = Integer.compare(other.length(), one.length());
        return byLength != 0 ? byLength : one.compareTo(other);
    }
}
