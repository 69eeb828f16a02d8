package io.meltemi.proxy.tls;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A TLS configuration, read and checked, that lacks only its secrets. Immutable.
///
/// @param path where it stands, for messages
/// @param protocols allowed, oldest first
/// @param cipherSuites for TLS 1.2
/// @param applicationProtocols offered, best first
/// @param curves for the key exchange, best first; empty means the library's
/// @param inlineCertificates written in the configuration
/// @param certificateSecrets SDS names instead; empty for none
/// @param validation written in the configuration
/// @param validationSecret SDS name of what is merged into it; empty for none
/// @param side what only one side has
record TlsRecipe(
        String path,
        List<String> protocols,
        Suites cipherSuites,
        List<String> applicationProtocols,
        List<String> curves,
        List<CertificateAndKey> inlineCertificates,
        List<String> certificateSecrets,
        CertificateValidationContext validation,
        String validationSecret,
        Side side) {

    /// Cipher suites of TLS 1.2, best first.
    ///
    /// @param text as OpenSSL takes it: `[A|B]:C`, where the client chooses between A and B
    /// @param names OpenSSL's, in order
    record Suites(String text, List<String> names) {
        Suites {
            names = List.copyOf(names);
        }

        boolean hasEquals() {
            return text.indexOf('[') >= 0;
        }
    }

    /// Server or client.
    sealed interface Side {}

    /// @param stateless whether tickets may resume a session
    /// @param stateful whether a session kept here may be resumed
    /// @param sessionSeconds how long a session may be resumed
    /// @param clientOrder whether the client's order of ciphers counts, not ours
    /// @param searchesAll whether a name that no certificate has may get any by its kind of key
    /// @param ticketKeys instead of the proxy's own; the first one seals; null for the own
    record Server(
            boolean requireClientCertificate,
            boolean stateless,
            boolean stateful,
            long sessionSeconds,
            boolean clientOrder,
            boolean searchesAll,
            @Nullable TicketKeys ticketKeys)
            implements Side {}

    /// @param serverName SNI; empty for none
    /// @param hostNames whether an endpoint's host name goes before it
    /// @param check whether the server has to have the name it is asked for
    /// @param keptSessions how many sessions may wait to be resumed; 0: none is
    record Client(String serverName, boolean hostNames, NameCheck check, int keptSessions)
            implements Side {}

    /// What the name a server is asked for means for its certificate.
    enum NameCheck {
        NONE,
        /// It has to be there, and what the matchers want.
        TOO,
        /// It has to be there, and the matchers do not count (`auto_sni_san_validation`).
        ONLY
    }

    boolean isServer() {
        return side instanceof Server;
    }

    Set<String> secretNames() {
        Set<String> names = new LinkedHashSet<>(certificateSecrets);
        if (!validationSecret.isEmpty()) {
            names.add(validationSecret);
        }
        return names;
    }

    /// What the peer has to be, once the secret is known.
    PeerRules rules(@Nullable CertificateValidationContext fromSecret) {
        CertificateValidationContext merged =
                fromSecret == null
                        ? validation
                        : validation.toBuilder().mergeFrom(fromSecret).build();
        PeerRules rules = PeerRules.of(merged, path + ".common_tls_context.validation_context");
        if (!(side instanceof Client client)) {
            return rules;
        }
        return switch (client.check()) {
            case NONE -> rules;
            case TOO -> rules.andServerName();
            case ONLY -> rules.onlyServerName();
        };
    }

    /// The same, offering this by ALPN.
    TlsRecipe offering(List<String> names) {
        return names.equals(applicationProtocols) ? this : with(names, side);
    }

    /// The same for a client that has to find the name it asked for.
    TlsRecipe verifyingServerName() {
        if (!(side instanceof Client client) || client.check() == NameCheck.ONLY) {
            return this;
        }
        return with(
                applicationProtocols,
                new Client(
                        client.serverName(),
                        client.hostNames(),
                        NameCheck.TOO,
                        client.keptSessions()));
    }

    private TlsRecipe with(List<String> offered, Side other) {
        return new TlsRecipe(
                path,
                protocols,
                cipherSuites,
                offered,
                curves,
                inlineCertificates,
                certificateSecrets,
                validation,
                validationSecret,
                other);
    }
}
