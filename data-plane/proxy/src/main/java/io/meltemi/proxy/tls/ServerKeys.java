package io.meltemi.proxy.tls;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher.SanType;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.internal.tcnative.SSL;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// Shows a client one of several certificates. Thread-safe: immutable.
///
/// Envoy: those for exactly the name the client asks for come first, then those for a wildcard over
/// it; among them the first ECDSA certificate if the client takes such, else the first RSA one. A
/// client that asks for nobody may get any of them by the same rule, one that asks for somebody
/// else the first.
final class ServerKeys extends X509ExtendedKeyManager {
    private final List<CertificateAndKey> all;

    private final boolean searchesAll;

    private ServerKeys(List<CertificateAndKey> all, boolean searchesAll) {
        this.all = all;
        this.searchesAll = searchesAll;
    }

    /// @param searchesAll `full_scan_certs_on_sni_mismatch`
    static KeyManagerFactory factory(List<CertificateAndKey> all, boolean searchesAll) {
        return OwnKeys.factory(new ServerKeys(List.copyOf(all), searchesAll));
    }

    @Override
    public String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        boolean ecdsa = takesEcdsa(engine);
        String name = serverName(engine);
        if (!name.isEmpty()) {
            int exact = best(name, ecdsa);
            int dot = name.indexOf('.');
            int found = exact >= 0 || dot < 0 ? exact : best("*" + name.substring(dot), ecdsa);
            if (found >= 0) {
                return Integer.toString(found);
            }
        }
        // With a name that nobody has: the first, whatever the client takes, unless told to search.
        return name.isEmpty() || searchesAll ? Integer.toString(Math.max(0, best("", ecdsa))) : "0";
    }

    /// The certificate to take of those that have a name; -1 when none has it.
    private int best(String name, boolean ecdsa) {
        int first = -1;
        for (int i = 0; i < all.size(); i++) {
            if (!name.isEmpty() && !names(all.get(i)).contains(name)) {
                continue;
            }
            boolean isEcdsa = all.get(i).key().getAlgorithm().equals("EC");
            if (isEcdsa == ecdsa) {
                return i;
            }
            if (first < 0) {
                first = i;
            }
        }
        return first;
    }

    private static List<String> names(CertificateAndKey certificate) {
        return Certificates.names(certificate.chain().getFirst(), SanType.DNS);
    }

    private static String serverName(SSLEngine engine) {
        if (engine instanceof ReferenceCountedOpenSslEngine openSsl) {
            String name = SSL.getSniHostname(openSsl.sslPointer());
            return name == null ? "" : name.toLowerCase(Locale.ROOT);
        }
        return "";
    }

    private static boolean takesEcdsa(SSLEngine engine) {
        if (engine.getHandshakeSession() instanceof ExtendedSSLSession session) {
            for (String algorithm : session.getPeerSupportedSignatureAlgorithms()) {
                if (algorithm.toUpperCase(Locale.ROOT).contains("ECDSA")) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return all.get(Integer.parseInt(alias)).chain().toArray(new X509Certificate[0]);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return all.get(Integer.parseInt(alias)).key();
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
