package io.meltemi.server.port;

import io.grpc.netty.GrpcSslContexts;
import io.meltemi.base.identity.SpiffeId;
import io.meltemi.citadel.ca.CertificateAuthority;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import javax.net.ssl.SSLException;

/// The control plane's own certificate, and whom its secured port lets in. Immutable.
///
/// A client certificate is asked for and must be of the mesh, but may be absent: a workload's first
/// call brings a join token instead. What needs an identity asks for it.
public final class ServerTls {
    private ServerTls() {}

    /// A context whose certificate names the control plane by identity and by the given DNS names.
    public static SslContext of(
            CertificateAuthority authority, SpiffeId identity, List<String> dnsNames)
            throws IOException {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            X509Certificate leaf = authority.issueServer(pair.getPublic(), identity, dnsNames);
            SslContextBuilder builder =
                    SslContextBuilder.forServer(
                                    pair.getPrivate(), leaf, authority.root().certificate())
                            .trustManager(authority.root().certificate())
                            .clientAuth(ClientAuth.OPTIONAL)
                            .protocols("TLSv1.3", "TLSv1.2");
            SslProvider provider = OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
            return GrpcSslContexts.configure(builder, provider).build();
        } catch (GeneralSecurityException | SSLException e) {
            throw new IOException("the control plane cannot set up TLS: " + e.getMessage(), e);
        }
    }
}
