package io.meltemi.testkit.differential;

import io.meltemi.testkit.differential.ConnectionCase.TlsWish;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/// TLS clients that do what a case says and take any server. Confined to its test.
final class TlsClients {
    private final TestCertificates certificates;

    /// By session name and certificate: whoever shares a context may resume.
    private final Map<String, SSLContext> shared = new HashMap<>();

    TlsClients(TestCertificates certificates) {
        this.certificates = certificates;
    }

    SSLSocket handshake(Socket socket, TlsWish wish) throws IOException {
        SSLSocket secured;
        try {
            SSLContext context = wish.session().isEmpty() ? context(wish) : sharedContext(wish);
            // The name is what sessions are kept by; what is sent is set below.
            secured =
                    (SSLSocket)
                            context.getSocketFactory().createSocket(socket, "127.0.0.1", 443, true);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setServerNames(
                wish.sni().isEmpty() ? List.of() : List.of(new SNIHostName(wish.sni())));
        parameters.setApplicationProtocols(wish.alpn().toArray(String[]::new));
        if (!wish.versions().isEmpty()) {
            parameters.setProtocols(wish.versions().toArray(String[]::new));
        }
        if (!wish.ciphers().isEmpty()) {
            parameters.setCipherSuites(wish.ciphers().toArray(String[]::new));
        }
        if (!wish.groups().isEmpty()) {
            parameters.setNamedGroups(wish.groups().toArray(String[]::new));
        }
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    /// Version, ALPN, the server's certificate, and whether a session of before was resumed.
    String describe(SSLSocket socket, TlsWish wish) throws IOException {
        var session = socket.getSession();
        StringBuilder text = new StringBuilder(session.getProtocol());
        if (!wish.ciphers().isEmpty()) {
            text.append(' ').append(session.getCipherSuite());
        }
        String alpn = socket.getApplicationProtocol();
        if (alpn != null && !alpn.isEmpty()) {
            text.append(" alpn ").append(alpn);
        }
        if (session.getPeerCertificates()[0] instanceof X509Certificate leaf) {
            text.append(' ').append(leaf.getSubjectX500Principal().getName());
        }
        if (!wish.session().isEmpty()) {
            text.append(session.getValue("seen") == null ? " new" : " resumed");
            session.putValue("seen", "yes");
        }
        return text.toString();
    }

    private SSLContext sharedContext(TlsWish wish) throws GeneralSecurityException, IOException {
        SSLContext context = shared.get(wish.session());
        if (context == null) {
            context = context(wish);
            shared.put(wish.session(), context);
        }
        return context;
    }

    private SSLContext context(TlsWish wish) throws GeneralSecurityException, IOException {
        SSLContext context = SSLContext.getInstance("TLS");
        KeyManager[] keys = {};
        if (!wish.certificate().isEmpty()) {
            TestCertificates.Holder own = certificates.holder(wish.certificate());
            char[] password = {};
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, password);
            store.setKeyEntry(
                    "own", own.key(), password, new X509Certificate[] {own.certificate()});
            KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
            factory.init(store, password);
            keys = factory.getKeyManagers();
        }
        context.init(keys, new TrustManager[] {new Anyone()}, null);
        return context;
    }

    private static final class Anyone implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
