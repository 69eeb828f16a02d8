package io.meltemi.proxy.tls;

import io.meltemi.proxy.tls.PeerRefusedException.Kind;
import io.netty.handler.ssl.OpenSslCertificateException;
import io.netty.handler.ssl.ResumableX509ExtendedTrustManager;
import io.netty.internal.tcnative.CertificateVerifier;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXReason;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/// Decides whether a peer's certificate is taken, in a handshake and again when a session is
/// resumed. Thread-safe: immutable.
///
/// Envoy: the chain is checked against the bundle and for its time, then pins, then names; a host
/// name is checked only if the configuration asks for it.
final class PeerVerifier extends X509ExtendedTrustManager
        implements ResumableX509ExtendedTrustManager {
    private final PeerRules rules;
    private final X509TrustManager chains;
    private final boolean openSsl;

    private PeerVerifier(PeerRules rules, X509TrustManager chains, boolean openSsl) {
        this.rules = rules;
        this.chains = chains;
        this.openSsl = openSsl;
    }

    /// @param openSsl whether failures are told in codes that OpenSSL turns into alerts
    static PeerVerifier of(PeerRules rules, boolean openSsl) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < rules.authorities().size(); i++) {
                store.setCertificateEntry("ca" + i, rules.authorities().get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            if (rules.revocations().isEmpty()) {
                factory.init(store);
            } else {
                factory.init(new CertPathTrustManagerParameters(revoking(rules, store)));
            }
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509TrustManager chains) {
                    return new PeerVerifier(rules, chains, openSsl);
                }
            }
            throw new IllegalStateException("the JDK has no PKIX trust manager");
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsConfigException("trusted_ca cannot be used: " + e.getMessage(), e);
        }
    }

    private static PKIXBuilderParameters revoking(PeerRules rules, KeyStore store)
            throws GeneralSecurityException {
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(store, new X509CertSelector());
        parameters.addCertStore(
                CertStore.getInstance(
                        "Collection", new CollectionCertStoreParameters(rules.revocations())));
        PKIXRevocationChecker checker =
                (PKIXRevocationChecker) CertPathBuilder.getInstance("PKIX").getRevocationChecker();
        Set<PKIXRevocationChecker.Option> options =
                EnumSet.of(
                        PKIXRevocationChecker.Option.PREFER_CRLS,
                        PKIXRevocationChecker.Option.NO_FALLBACK);
        if (rules.onlyLeafRevoked()) {
            options.add(PKIXRevocationChecker.Option.ONLY_END_ENTITY);
        }
        checker.setOptions(options);
        parameters.addCertPathChecker(checker);
        return parameters;
    }

    private void verify(X509Certificate[] chain, String authType, boolean client)
            throws CertificateException {
        try {
            if (rules.verifiesChain()) {
                verifyChain(chain, authType, client);
            }
            verifyPins(chain[0]);
            verifyNames(chain[0]);
        } catch (PeerRefusedException refused) {
            throw openSsl
                    ? new OpenSslCertificateException(refused.getMessage(), refused, code(refused))
                    : refused;
        }
    }

    private void verifyChain(X509Certificate[] chain, String authType, boolean client)
            throws PeerRefusedException {
        try {
            if (client) {
                chains.checkClientTrusted(chain, authType);
            } else {
                chains.checkServerTrusted(chain, authType);
            }
        } catch (CertificateException e) {
            PeerRefusedException refused = new PeerRefusedException(Kind.CHAIN, explain(chain, e));
            refused.initCause(e);
            throw refused;
        }
    }

    private String explain(X509Certificate[] chain, CertificateException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException) {
                return "it expired at " + expired(chain).getNotAfter().toInstant();
            }
            if (cause instanceof CertificateNotYetValidException) {
                return "it is not valid before " + chain[0].getNotBefore().toInstant();
            }
            if (cause instanceof CertPathValidatorException path
                    && path.getReason() == PKIXReason.NO_TRUST_ANCHOR) {
                return unknownIssuer(chain);
            }
        }
        // The JDK's path builder says only that it found none.
        return String.valueOf(failure.getMessage()).contains("unable to find")
                ? unknownIssuer(chain)
                : String.valueOf(failure.getMessage());
    }

    private static X509Certificate expired(X509Certificate[] chain) {
        for (X509Certificate certificate : chain) {
            if (certificate.getNotAfter().toInstant().isBefore(Instant.now())) {
                return certificate;
            }
        }
        return chain[0];
    }

    private String unknownIssuer(X509Certificate[] chain) {
        StringJoiner trusted = new StringJoiner(", ");
        for (X509Certificate authority : rules.authorities()) {
            trusted.add(authority.getSubjectX500Principal().getName());
        }
        return "its issuer "
                + chain[chain.length - 1].getIssuerX500Principal().getName()
                + " is not among the trusted authorities: "
                + trusted;
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

    private static int code(PeerRefusedException refused) {
        return switch (refused.kind()) {
            // One of those that BoringSSL tells as certificate_unknown, as Envoy does for names.
            case NAME, PIN -> CertificateVerifier.X509_V_ERR_INVALID_EXTENSION;
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
        verify(chain, authType, true);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        verify(chain, authType, false);
    }

    /// A ticket lives longer than a trust bundle may: what was proven then is proven again.
    @Override
    public void resumeClientTrusted(X509Certificate[] chain, SSLEngine engine)
            throws CertificateException {
        verify(chain, "UNKNOWN", true);
    }

    @Override
    public void resumeServerTrusted(X509Certificate[] chain, SSLEngine engine)
            throws CertificateException {
        verify(chain, "UNKNOWN", false);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        verify(chain, authType, true);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        verify(chain, authType, false);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        verify(chain, authType, true);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        verify(chain, authType, false);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return rules.authorities().toArray(new X509Certificate[0]);
    }
}
