package io.meltemi.proxy.tls;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher.SanType;
import io.meltemi.proxy.tls.PeerRefusedException.Kind;
import io.netty.handler.ssl.OpenSslCertificateException;
import io.netty.handler.ssl.ResumableX509ExtendedTrustManager;
import io.netty.internal.tcnative.CertificateVerifier;
import java.net.Socket;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Decides whether a peer's certificate is taken, in a handshake and again when a session is
/// resumed. Thread-safe: immutable.
///
/// Envoy: the chain is checked against the bundle and for its time, then pins, then names; a host
/// name is checked only if the configuration asks for it.
final class PeerVerifier extends X509ExtendedTrustManager
        implements ResumableX509ExtendedTrustManager {
    /// Under which a session notes why its peer should not have been taken: a [Kind].
    static final String TAKEN = "meltemi.taken";

    private static final List<SanType> SERVER_NAMES =
            List.of(SanType.DNS, SanType.URI, SanType.IP_ADDRESS);

    private final PeerRules rules;
    private final ChainVerifier chains;
    private final boolean openSsl;

    private PeerVerifier(PeerRules rules, ChainVerifier chains, boolean openSsl) {
        this.rules = rules;
        this.chains = chains;
        this.openSsl = openSsl;
    }

    /// @param openSsl whether failures are told in codes that OpenSSL turns into alerts
    static PeerVerifier of(PeerRules rules, boolean openSsl) {
        return new PeerVerifier(rules, chains(rules), openSsl);
    }

    /// One that looks at chains in its own way, and at names and pins as always.
    static PeerVerifier of(PeerRules rules, ChainVerifier chains) {
        return new PeerVerifier(rules, chains, false);
    }

    private static ChainVerifier chains(PeerRules rules) {
        if (!rules.verifiesChain()) {
            return (_, _, _) -> {};
        }
        return rules.trustDomains().isEmpty()
                ? PkixVerifier.of(rules.authorities(), rules)
                : new SpiffeValidator(rules);
    }

    /// @param engine the connection's, or null
    private void verify(
            X509Certificate[] chain, String authType, boolean client, @Nullable SSLEngine engine)
            throws CertificateException {
        try {
            chains.verify(chain, authType, client);
            verifyPins(chain[0]);
            verifyNames(chain[0]);
            if (rules.ofServerName()) {
                verifyServerName(chain[0], engine == null ? null : engine.getPeerHost());
            }
        } catch (PeerRefusedException refused) {
            if (rules.takesUntrusted()) {
                note(refused, engine);
                return;
            }
            throw openSsl
                    ? new OpenSslCertificateException(refused.getMessage(), refused, code(refused))
                    : refused;
        }
    }

    private void verifyPins(X509Certificate leaf) throws PeerRefusedException {
        if (rules.spkiPins().isEmpty() && rules.fingerprints().isEmpty()) {
            return;
        }
        // Envoy: with both kinds given, either suffices.
        if (!rules.spkiPins().contains(Certificates.spkiPin(leaf))
                && !rules.fingerprints().contains(Certificates.fingerprint(leaf))) {
            throw new PeerRefusedException(
                    Kind.PIN,
                    "its fingerprint " + Certificates.fingerprint(leaf) + " is not a pinned one");
        }
    }

    private void verifyNames(X509Certificate leaf) throws PeerRefusedException {
        if (rules.names().isEmpty()) {
            return;
        }
        List<String> seen = new ArrayList<>();
        StringJoiner wanted = new StringJoiner(", ");
        for (SanMatcher matcher : rules.names()) {
            for (String name : Certificates.names(leaf, matcher.type())) {
                if (matcher.test().test(name)) {
                    return;
                }
                String shown = matcher.type() + " SAN " + name;
                if (!seen.contains(shown)) {
                    seen.add(shown);
                }
            }
            wanted.add(matcher.text());
        }
        throw new PeerRefusedException(
                Kind.NAME,
                (seen.isEmpty() ? "it has no SAN" : String.join(", ", seen) + " is not")
                        + " among "
                        + wanted);
    }

    private static void verifyServerName(X509Certificate leaf, @Nullable String host)
            throws PeerRefusedException {
        if (host == null || host.isEmpty()) {
            return;
        }
        for (SanType type : SERVER_NAMES) {
            SanMatcher wanted = SanMatcher.name(type, host);
            for (String name : Certificates.names(leaf, type)) {
                if (wanted.test().test(name)) {
                    return;
                }
            }
        }
        throw new PeerRefusedException(Kind.NAME, "it has no SAN " + host);
    }

    /// Envoy counts what it took all the same.
    private static void note(PeerRefusedException refused, @Nullable SSLEngine engine) {
        SSLSession session = engine == null ? null : engine.getHandshakeSession();
        if (session != null) {
            session.putValue(TAKEN, refused.kind());
        }
    }

    private static int code(PeerRefusedException refused) {
        return switch (refused.kind()) {
            // One of those that BoringSSL tells as certificate_unknown, as Envoy does for names.
            case NAME, PIN, USE -> CertificateVerifier.X509_V_ERR_INVALID_EXTENSION;
            case CHAIN -> chainCode(refused);
        };
    }

    private static int chainCode(Throwable refused) {
        for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException) {
                return CertificateVerifier.X509_V_ERR_CERT_HAS_EXPIRED;
            }
            if (cause instanceof CertificateNotYetValidException) {
                return CertificateVerifier.X509_V_ERR_CERT_NOT_YET_VALID;
            }
            if (cause instanceof CertPathValidatorException path
                    && path.getReason() == BasicReason.REVOKED) {
                return CertificateVerifier.X509_V_ERR_CERT_REVOKED;
            }
        }
        return CertificateVerifier.X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        verify(chain, authType, true, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        verify(chain, authType, false, engine);
    }

    /// A ticket lives longer than a trust bundle may: what was proven then is proven again.
    @Override
    public void resumeClientTrusted(X509Certificate[] chain, SSLEngine engine)
            throws CertificateException {
        verify(chain, "UNKNOWN", true, engine);
    }

    @Override
    public void resumeServerTrusted(X509Certificate[] chain, SSLEngine engine)
            throws CertificateException {
        verify(chain, "UNKNOWN", false, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        verify(chain, authType, true, null);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        verify(chain, authType, false, null);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        verify(chain, authType, true, null);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        verify(chain, authType, false, null);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return rules.allAuthorities().toArray(new X509Certificate[0]);
    }
}
