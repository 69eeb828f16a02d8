package io.meltemi.proxy.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// Shows a client's one certificate to whoever asks, whichever authorities the server names.
/// Thread-safe: immutable.
///
/// The JDK's own key manager shows none when the server does not name its issuer; then the server
/// could only say that a certificate is missing, and not whose it does not trust.
final class ClientKeys extends X509ExtendedKeyManager {
    private static final String ALIAS = "own";

    private final CertificateAndKey own;

    private ClientKeys(CertificateAndKey own) {
        this.own = own;
    }

    static KeyManagerFactory factory(CertificateAndKey own) {
        return OwnKeys.factory(new ClientKeys(own));
    }

    private @Nullable String choose(String[] keyTypes) {
        String algorithm = own.key().getAlgorithm();
        for (String type : keyTypes) {
            if (type.startsWith(algorithm)) {
                return ALIAS;
            }
        }
        return null;
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
        return choose(keyTypes);
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return choose(keyTypes);
    }

    @Override
    public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return new String[] {ALIAS};
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return own.chain().toArray(new X509Certificate[0]);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return own.key();
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
