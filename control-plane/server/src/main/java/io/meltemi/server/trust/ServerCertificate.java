package io.meltemi.server.trust;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.citadel.ca.CertificateAuthority;
import io.meltemi.citadel.ca.IssuingKey;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// The control plane's own certificate, made anew when half of its life has passed or another
/// authority signs. Thread-safe; asked at each handshake.
final class ServerCertificate extends X509ExtendedKeyManager {
    private static final String ALIAS = "control-plane";

    private final CertificateAuthority authority;
    private final SpiffeId identity;
    private final List<String> dnsNames;
    private final Clock clock;
    private volatile Held held;

    private record Held(
            IssuingKey issuer, PrivateKey key, List<X509Certificate> chain, Instant until) {
        @Override
        public String toString() {
            return "Held(" + issuer + ", until " + until + ")";
        }
    }

    /// @param dnsNames by which agents call the control plane
    ServerCertificate(
            CertificateAuthority authority, SpiffeId identity, List<String> dnsNames, Clock clock) {
        this.authority = authority;
        this.identity = identity;
        this.dnsNames = List.copyOf(dnsNames);
        this.clock = clock;
        this.held = issue();
    }

    private Held current() {
        Held now = held;
        return isOld(now) ? renew() : now;
    }

    private boolean isOld(Held now) {
        return !clock.instant().isBefore(now.until)
                || !now.issuer.equals(authority.keys().issuing());
    }

    private synchronized Held renew() {
        if (isOld(held)) {
            held = issue();
        }
        return held;
    }

    private Held issue() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            Instant now = clock.instant();
            IssuingKey issuer = authority.keys().issuing();
            List<X509Certificate> chain =
                    authority.issueServer(pair.getPublic(), identity, dnsNames);
            Duration life = Duration.between(now, chain.getFirst().getNotAfter().toInstant());
            return new Held(issuer, pair.getPrivate(), chain, now.plus(life.dividedBy(2)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has P-256", e);
        }
    }

    @Override
    public String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return ALIAS;
    }

    @Override
    public String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return ALIAS;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return current().chain.toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return current().key;
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return new String[] {ALIAS};
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
