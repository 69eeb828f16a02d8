package io.meltemi.proxy.tls;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.internal.tcnative.SSL;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// Stands behind the TLS handler until the handshake is over, notes who the peer is or why it
/// failed, and goes. Confined to its event loop.
final class PeerHandler extends ChannelInboundHandlerAdapter {
    private final TlsStats stats;
    private final boolean verified;

    PeerHandler(TlsStats stats, boolean verified) {
        this.stats = stats;
        this.verified = verified;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent completion) {
            if (completion.isSuccess()) {
                succeeded(ctx);
            } else {
                failed(ctx, completion.cause());
            }
            ctx.fireUserEventTriggered(event);
            ctx.pipeline().remove(this);
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    private void succeeded(ChannelHandlerContext ctx) {
        SslHandler handler = ctx.pipeline().get(SslHandler.class);
        count(handler.engine());
        if (handler.engine().getSession().getValue(PeerVerifier.TAKEN)
                instanceof PeerRefusedException.Kind kind) {
            count(kind);
        }
        try {
            Certificate[] chain = handler.engine().getSession().getPeerCertificates();
            if (chain.length > 0 && chain[0] instanceof X509Certificate leaf) {
                Certificates.identity(leaf, verified).attachTo(ctx.channel());
                return;
            }
        } catch (SSLPeerUnverifiedException _) {
            // It showed none.
        }
        stats.noCertificate.increment();
    }

    private void count(SSLEngine engine) {
        if (!(engine instanceof ReferenceCountedOpenSslEngine openSsl)) {
            SSLSession session = engine.getSession();
            String cipher = CipherNames.openSsl(session.getCipherSuite());
            stats.succeeded(session.getProtocol(), cipher, null, false);
            return;
        }
        long ssl = openSsl.sslPointer();
        stats.succeeded(
                SSL.getVersion(ssl),
                SSL.getCipherForSSL(ssl),
                group(ssl),
                SSL.isSessionReused(ssl));
    }

    private static @Nullable String group(long ssl) {
        try {
            return SSL.getGroupName(ssl);
        } catch (Exception _) {
            // A library without the call.
            return null;
        }
    }

    private void failed(ChannelHandlerContext ctx, Throwable cause) {
        PeerRefusedException refused = refusal(cause);
        String peer = text(ctx.channel().remoteAddress());
        if (refused == null) {
            if (String.valueOf(cause.getMessage()).contains("PEER_DID_NOT_RETURN_A_CERTIFICATE")) {
                stats.failVerifyNoCert.increment();
                new TlsFailure(peer + " showed no certificate, and one is required")
                        .attachTo(ctx.channel());
                return;
            }
            // Envoy: a peer that goes away makes no error.
            if (!(cause instanceof ClosedChannelException)) {
                stats.connectionError.increment();
            }
            new TlsFailure("TLS handshake with " + peer + " failed: " + cause.getMessage())
                    .attachTo(ctx.channel());
            return;
        }
        count(refused.kind());
        new TlsFailure("certificate of " + peer + ": " + refused.getMessage())
                .attachTo(ctx.channel());
    }

    private void count(PeerRefusedException.Kind kind) {
        switch (kind) {
            case CHAIN, USE -> stats.failVerifyError.increment();
            case NAME -> stats.failVerifySan.increment();
            case PIN -> stats.failVerifyCertHash.increment();
        }
    }

    private static @Nullable PeerRefusedException refusal(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PeerRefusedException refused) {
                return refused;
            }
        }
        return null;
    }

    private static String text(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress inet
                ? inet.getAddress().getHostAddress() + ":" + inet.getPort()
                : String.valueOf(address);
    }
}
