package io.meltemi.model.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// How a server at a gateway does TLS (Istio: `ServerTLSSettings`). Immutable.
///
/// @param httpsRedirect whether requests that come without TLS are sent to `https`
/// @param certificates what the server shows
/// @param clients what clients have to show
public record ServerTls(
        Mode mode,
        boolean httpsRedirect,
        ServerCertificates certificates,
        ClientCheck clients,
        Parameters parameters) {
    /// Who ends TLS, and whether clients prove who they are.
    public enum Mode {
        PASSTHROUGH,
        SIMPLE,
        MUTUAL,
        AUTO_PASSTHROUGH,
        ISTIO_MUTUAL,
        OPTIONAL_MUTUAL;

        /// Whether the handshake is passed on unopened.
        public boolean isPassthrough() {
            return this == PASSTHROUGH || this == AUTO_PASSTHROUGH;
        }

        /// Whether a client's certificate is looked at.
        public boolean checksClients() {
            return this == MUTUAL || this == ISTIO_MUTUAL || this == OPTIONAL_MUTUAL;
        }

        /// Whether a client without a certificate is refused.
        public boolean requiresClients() {
            return this == MUTUAL || this == ISTIO_MUTUAL;
        }
    }

    /// What tells whether clients are who they say, if the control plane has it.
    public Optional<CredentialName> authorities() {
        boolean asks = mode == Mode.MUTUAL || mode == Mode.OPTIONAL_MUTUAL;
        return asks && certificates instanceof ServerCertificates.Credentials(var names)
                ? clients.caCredential().or(() -> names.stream().findFirst())
                : Optional.empty();
    }

    /// Where a server's certificates come from.
    public sealed interface ServerCertificates {
        /// Nowhere, or from the mesh itself.
        record None() implements ServerCertificates {}

        /// Files beside the proxy, one certificate for each type of key.
        record Files(List<CertificateFile> files) implements ServerCertificates {
            public Files {
                files = List.copyOf(files);
            }
        }

        /// The control plane, which gives them to proxies that may have them; one for each type of
        /// key.
        record Credentials(List<CredentialName> names) implements ServerCertificates {
            public Credentials {
                names = List.copyOf(names);
            }
        }
    }

    /// Paths on the proxy's machine; empty where nothing is written.
    public record CertificateFile(String serverCertificate, String privateKey) {}

    /// @param caCertificates path of the authorities of clients; empty for none
    /// @param caCredential where the control plane finds the authorities; absent: beside the
    ///   certificate
    /// @param caCrl path of the list of certificates taken back; empty for none
    /// @param subjectAltNames one of which the certificate must have; empty: any
    /// @param verifyCertificateSpki base64 SHA-256 of a key, one of which must be the client's;
    ///   empty: any
    /// @param verifyCertificateHash hexadecimal SHA-256 of a certificate, one of which must be the
    ///   client's; empty: any
    /// @param insecureSkipVerify whether a client that proves nothing is taken all the same
    public record ClientCheck(
            String caCertificates,
            Optional<CredentialName> caCredential,
            String caCrl,
            List<String> subjectAltNames,
            List<String> verifyCertificateSpki,
            List<String> verifyCertificateHash,
            boolean insecureSkipVerify) {
        public ClientCheck {
            subjectAltNames = List.copyOf(subjectAltNames);
            verifyCertificateSpki = List.copyOf(verifyCertificateSpki);
            verifyCertificateHash = List.copyOf(verifyCertificateHash);
        }
    }

    /// What the handshake may agree on; where nothing is written the proxy's own defaults hold.
    ///
    /// @param cipherSuites by OpenSSL's names
    public record Parameters(
            TlsVersion minProtocolVersion,
            TlsVersion maxProtocolVersion,
            List<String> cipherSuites,
            List<String> ecdhCurves) {
        private static final Set<String> KNOWN =
                Set.of(
                        "ECDHE-ECDSA-AES128-GCM-SHA256",
                        "ECDHE-RSA-AES128-GCM-SHA256",
                        "ECDHE-ECDSA-AES256-GCM-SHA384",
                        "ECDHE-RSA-AES256-GCM-SHA384",
                        "ECDHE-ECDSA-CHACHA20-POLY1305",
                        "ECDHE-RSA-CHACHA20-POLY1305",
                        "ECDHE-ECDSA-AES128-SHA",
                        "ECDHE-RSA-AES128-SHA",
                        "ECDHE-ECDSA-AES256-SHA",
                        "ECDHE-RSA-AES256-SHA",
                        "AES128-GCM-SHA256",
                        "AES256-GCM-SHA384",
                        "AES128-SHA",
                        "AES256-SHA",
                        "DES-CBC3-SHA");

        public Parameters {
            cipherSuites = List.copyOf(cipherSuites);
            ecdhCurves = List.copyOf(ecdhCurves);
        }

        /// Those that count: each once, without what is not known.
        public List<String> usableCipherSuites() {
            return cipherSuites.stream().filter(Parameters::isKnown).distinct().toList();
        }

        /// Istio: a word that begins with a sign, such as `-ECDHE-...`, is an operator and is not
        /// judged.
        public static boolean isKnown(String suite) {
            return suite.isEmpty()
                    || suite.equals("ALL")
                    || !Character.isLetterOrDigit(suite.charAt(0))
                    || KNOWN.contains(suite);
        }
    }

    /// `TLS_AUTO` leaves it to the proxy.
    public enum TlsVersion {
        TLS_AUTO,
        TLSV1_0,
        TLSV1_1,
        TLSV1_2,
        TLSV1_3
    }
}
