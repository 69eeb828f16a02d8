package io.meltemi.proxy.tls;

import io.meltemi.proxy.tls.PeerRefusedException.Kind;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathValidatorException;
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
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/// Checks chains against one bundle of authorities, with the JDK's path builder. Thread-safe:
/// immutable.
final class PkixVerifier implements ChainVerifier {
    private final List<X509Certificate> authorities;
    private final List<Anchors> anchors;

    /// Authorities with the same limits.
    ///
    /// @param limits null: they may vouch for anybody
    private record Anchors(X509TrustManager chains, @Nullable NameLimits limits) {}

    private PkixVerifier(List<X509Certificate> authorities, List<Anchors> anchors) {
        this.authorities = authorities;
        this.anchors = anchors;
    }

    /// @param rules what else is asked of a chain: its length and whether it was revoked
    static PkixVerifier of(List<X509Certificate> authorities, PeerRules rules) {
        return of(authorities, rules, null);
    }

    /// @param then the moment at which chains have to be valid; null: now
    static PkixVerifier of(
            List<X509Certificate> authorities, PeerRules rules, @Nullable Instant then) {
        List<X509Certificate> unlimited = new ArrayList<>();
        List<Anchors> anchors = new ArrayList<>();
        for (X509Certificate authority : authorities) {
            NameLimits limits = NameLimits.of(authority);
            if (limits == null) {
                unlimited.add(authority);
            } else {
                anchors.add(new Anchors(chains(List.of(authority), rules, then), limits));
            }
        }
        if (!unlimited.isEmpty() || anchors.isEmpty()) {
            anchors.addFirst(new Anchors(chains(unlimited, rules, then), null));
        }
        return new PkixVerifier(authorities, List.copyOf(anchors));
    }

    @SuppressWarnings("JavaUtilDate") // the JDK's path builder takes no other
    private static X509TrustManager chains(
            List<X509Certificate> authorities, PeerRules rules, @Nullable Instant then) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < authorities.size(); i++) {
                store.setCertificateEntry("ca" + i, authorities.get(i));
            }
            PKIXBuilderParameters parameters = parameters(rules, store);
            parameters.setDate(then == null ? null : Date.from(then));
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(new CertPathTrustManagerParameters(parameters));
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509TrustManager chains) {
                    return chains;
                }
            }
            throw new IllegalStateException("the JDK has no PKIX trust manager");
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsConfigException("trusted_ca cannot be used: " + e.getMessage(), e);
        }
    }

    private static PKIXBuilderParameters parameters(PeerRules rules, KeyStore store)
            throws GeneralSecurityException {
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(store, new X509CertSelector());
        parameters.setMaxPathLength(rules.depth());
        if (rules.revocations().isEmpty()) {
            parameters.setRevocationEnabled(false);
            return parameters;
        }
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

    @Override
    public void verify(X509Certificate[] chain, String authType, boolean client)
            throws PeerRefusedException {
        PeerRefusedException first = null;
        for (Anchors each : anchors) {
            try {
                if (client) {
                    each.chains().checkClientTrusted(chain, authType);
                } else {
                    each.chains().checkServerTrusted(chain, authType);
                }
                if (each.limits() == null || each.limits().allow(chain)) {
                    return;
                }
                first =
                        new PeerRefusedException(
                                Kind.CHAIN, "it has a name that its authority may not vouch for");
            } catch (CertificateException e) {
                if (first == null) {
                    first = new PeerRefusedException(Kind.CHAIN, explain(chain, e));
                    first.initCause(e);
                }
            }
        }
        throw Objects.requireNonNull(first, "there is at least one group of authorities");
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
        for (X509Certificate authority : authorities) {
            trusted.add(authority.getSubjectX500Principal().getName());
        }
        return "its issuer "
                + chain[chain.length - 1].getIssuerX500Principal().getName()
                + " is not among the trusted authorities: "
                + trusted;
    }
}
