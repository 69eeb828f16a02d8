package io.meltemi.proxy.loop;

import io.meltemi.proxy.cluster.Addresses;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.observe.AddressText;
import io.meltemi.proxy.observe.ConnectionRecord;
import io.meltemi.proxy.tls.CipherNames;
import io.meltemi.proxy.tls.PeerIdentity;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.net.SocketAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// Describes connections for logs, once each, after the handshake. Thread-safe.
public final class ConnectionRecords {
    private static final int URI_SAN = 6;

    private final AtomicLong nextId = new AtomicLong();

    /// @param remoteAddress the client as the proxy protocol may have told it
    /// @param localAddress our side as the client meant it: the original destination
    public ConnectionRecord of(
            Channel channel, SocketAddress remoteAddress, SocketAddress localAddress) {
        AddressText remote = Addresses.record(remoteAddress);
        return new ConnectionRecord(
                nextId.getAndIncrement(),
                remote,
                remoteAddress.equals(channel.remoteAddress())
                        ? remote
                        : Addresses.record(channel.remoteAddress()),
                Addresses.record(localAddress),
                Addresses.record(channel.localAddress()),
                tls(channel));
    }

    /// The peer is written as it was dialled: a Unix socket has no name of its own.
    public ConnectionRecord upstream(Channel channel, Endpoint endpoint) {
        AddressText remote =
                endpoint.definition().additionalAddresses().isEmpty()
                        ? endpoint.addressText()
                        : Addresses.record(channel.remoteAddress());
        SocketAddress local = channel.localAddress();
        AddressText localText = local == null ? AddressText.ofPath("") : Addresses.record(local);
        return new ConnectionRecord(
                nextId.getAndIncrement(), remote, localText, localText, tls(channel));
    }

    private static ConnectionRecord.@Nullable Tls tls(Channel channel) {
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        if (handler == null) {
            return null;
        }
        SSLSession session = handler.engine().getSession();
        PeerIdentity peer = PeerIdentity.of(channel);
        X509Certificate own = ownCertificate(session);
        return new ConnectionRecord.Tls(
                session.getProtocol(),
                CipherNames.openSsl(session.getCipherSuite()),
                peer == null || peer.uriSans().isEmpty() ? null : peer.uriSans().getFirst(),
                peer == null ? null : peer.subject(),
                own == null ? null : uri(own),
                own == null ? null : own.getSubjectX500Principal().getName(),
                peer == null ? null : peer.serial(),
                peer != null,
                session);
    }

    private static @Nullable X509Certificate ownCertificate(SSLSession session) {
        var chain = session.getLocalCertificates();
        return chain != null && chain.length > 0 && chain[0] instanceof X509Certificate own
                ? own
                : null;
    }

    private static @Nullable String uri(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names != null) {
                for (List<?> name : names) {
                    if (name.getFirst() instanceof Integer kind && kind == URI_SAN) {
                        return String.valueOf(name.get(1));
                    }
                }
            }
            return null;
        } catch (CertificateParsingException _) {
            return null;
        }
    }
}
