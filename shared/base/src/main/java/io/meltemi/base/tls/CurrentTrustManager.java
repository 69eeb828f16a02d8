package io.meltemi.base.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Believes whatever roots are believed when a handshake begins. Thread-safe.
///
/// So a channel or a port lives longer than a root: its next connection is judged by the new ones.
public final class CurrentTrustManager extends X509ExtendedTrustManager {
    private final Supplier<List<X509Certificate>> roots;
    private volatile @Nullable Judge judge;

    /// @param by the JDK's own rules for a set of roots
    private record Judge(List<X509Certificate> roots, X509ExtendedTrustManager by) {}

    /// @param roots asked at each handshake; at least one
    public CurrentTrustManager(Supplier<List<X509Certificate>> roots) {
        this.roots = roots;
    }

    private X509ExtendedTrustManager judge() throws CertificateException {
        List<X509Certificate> now = roots.get();
        Judge current = judge;
        if (current == null || !current.roots.equals(now)) {
            current = new Judge(now, of(now));
            judge = current;
        }
        return current.by;
    }

    private static X509ExtendedTrustManager of(List<X509Certificate> roots)
            throws CertificateException {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < roots.size(); i++) {
                store.setCertificateEntry("root" + i, roots.get(i));
            }
            TrustManagerFactory factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager extended) {
                    return extended;
                }
            }
            throw new CertificateException("this Java platform judges no certificates");
        } catch (GeneralSecurityException | IOException e) {
            throw new CertificateException("trusting the mesh's roots", e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
            throws CertificateException {
        judge().checkClientTrusted(chain, type, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
            throws CertificateException {
        judge().checkServerTrusted(chain, type, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
            throws CertificateException {
        judge().checkClientTrusted(chain, type, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
            throws CertificateException {
        judge().checkServerTrusted(chain, type, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        judge().checkClientTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        judge().checkServerTrusted(chain, type);
    }

    /// None are named: a list of them is only a hint to the peer, and this one changes.
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
