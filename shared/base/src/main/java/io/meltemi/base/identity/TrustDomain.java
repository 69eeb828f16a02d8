package io.meltemi.base.identity;

/// The authority part of every identity of one mesh, e.g. `cluster.local`. Immutable.
///
/// @param name lower-case letters, digits, dots, dashes, underscores (SPIFFE ID §2.1), at most 255
public record TrustDomain(String name) {
    /// Istio's default.
    public static final TrustDomain CLUSTER_LOCAL = new TrustDomain("cluster.local");

    public TrustDomain {
        if (name.isEmpty() || name.length() > 255) {
            throw new IllegalArgumentException(
                    "trust domain '" + name + "' has no or too many characters");
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean allowed =
                    (c >= 'a' && c <= 'z')
                            || (c >= '0' && c <= '9')
                            || c == '.'
                            || c == '-'
                            || c == '_';
            if (!allowed) {
                throw new IllegalArgumentException(
                        "trust domain '"
                                + name
                                + "' contains '"
                                + c
                                + "': only a-z, 0-9, '.', '-', '_'");
            }
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
