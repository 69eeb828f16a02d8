package io.meltemi.xds.server;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.meltemi.base.identity.SpiffeId;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// Reads who calls from the certificate the TLS handshake proved, and hands it to the services.
/// Thread-safe: without state.
///
/// The handshake has verified the chain; this only reads the leaf's one URI SAN. A certificate with
/// none or several proves nothing (SPIFFE X.509-SVID: exactly one URI SAN).
public final class PeerIdentity implements ServerInterceptor {
    /// The proven identity of the caller; unset on plain text and for a caller without certificate.
    public static final Context.Key<SpiffeId> KEY = Context.key("meltemi.peer-identity");

    private static final int URI_SAN = 6;

    @Override
    public <A, B> ServerCall.Listener<A> interceptCall(
            ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
        SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        Context context =
                of(session)
                        .map(id -> Context.current().withValue(KEY, id))
                        .orElse(Context.current());
        return Contexts.interceptCall(context, call, headers, next);
    }

    /// The identity of the current call's peer, if it proved one.
    public static Optional<SpiffeId> current() {
        return Optional.ofNullable(KEY.get());
    }

    private static Optional<SpiffeId> of(@Nullable SSLSession session) {
        if (session == null) {
            return Optional.empty();
        }
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain[0] instanceof X509Certificate leaf ? of(leaf) : Optional.empty();
        } catch (SSLPeerUnverifiedException _) {
            return Optional.empty();
        }
    }

    /// The identity a certificate proves; empty when it has not exactly one URI SAN of Istio's
    /// shape.
    public static Optional<SpiffeId> of(X509Certificate leaf) {
        try {
            Collection<List<?>> names = leaf.getSubjectAlternativeNames();
            if (names == null) {
                return Optional.empty();
            }
            List<String> uris =
                    names.stream()
                            .filter(n -> n.get(0).equals(URI_SAN))
                            .map(n -> (String) n.get(1))
                            .toList();
            return uris.size() == 1 ? SpiffeId.parse(uris.getFirst()) : Optional.empty();
        } catch (CertificateParsingException _) {
            return Optional.empty();
        }
    }
}
