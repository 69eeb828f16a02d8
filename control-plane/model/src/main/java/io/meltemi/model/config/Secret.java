package io.meltemi.model.config;

import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// Certificates and keys that a gateway is given by name (Kubernetes: `v1 Secret`). Immutable; its
/// key is never printed.
///
/// @param type e.g. `kubernetes.io/tls`
/// @param keyPair what a server, or a client, proves itself with
/// @param authorities whom it believes
/// @param entries the names of all that is in it
public record Secret(
        Metadata metadata,
        String type,
        Optional<KeyPair> keyPair,
        Optional<CaBundle> authorities,
        SortedSet<String> entries)
        implements ConfigResource {
    /// Kubernetes' type of those that hold one certificate with its key.
    public static final String TLS = "kubernetes.io/tls";

    /// Istio: a secret with this after its name holds the authorities that belong to it.
    public static final String CA_SUFFIX = "-cacert";

    public Secret {
        entries = Collections.unmodifiableSortedSet(new TreeSet<>(entries));
    }

    /// @param chain in PEM, the holder's own certificate first
    /// @param flaw why no server could show it
    public record KeyPair(Form form, String chain, SecretText key, Optional<Flaw> flaw) {
        /// Of the chain neither: a key may stand in it by mistake.
        @Override
        public String toString() {
            return "KeyPair[" + SecretText.HIDDEN + "]";
        }
    }

    /// By which names things are written; Istio takes the first that is whole.
    public enum Form {
        GENERIC("cert", "key", "cacert", "crl"),
        TLS("tls.crt", "tls.key", "ca.crt", "ca.crl");

        private final String certificate;
        private final String key;
        private final String authorities;
        private final String revoked;

        Form(String certificate, String key, String authorities, String revoked) {
            this.certificate = certificate;
            this.key = key;
            this.authorities = authorities;
            this.revoked = revoked;
        }

        public String certificate() {
            return certificate;
        }

        public String key() {
            return key;
        }

        public String authorities() {
            return authorities;
        }

        public String revoked() {
            return revoked;
        }
    }

    /// Whether it says anything to a mesh.
    public boolean isForMesh() {
        return keyPair.isPresent() || authorities.isPresent();
    }

    /// The first few names in it, for messages.
    public static String named(Collection<String> entries) {
        return entries.isEmpty()
                ? "nothing"
                : String.join(", ", entries.stream().limit(5).toList());
    }

    @Override
    public Kind kind() {
        return Kind.SECRET;
    }
}
