package io.meltemi.proxy.tls;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
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
        stats.handshake.increment();
        SslHandler handler = ctx.pipeline().get(SslHandler.class);
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

    private void failed(ChannelHandlerContext ctx, Throwable cause) {
        PeerRefusedException refused = refusal(cause);
        String peer = text(ctx.channel().remoteAddress());
        if (refused == null) {
            stats.connectionError.increment();
            if (String.valueOf(cause.getMessage()).contains("PEER_DID_NOT_RETURN_A_CERTIFICATE")) {
                stats.failVerifyNoCert.increment();
                new TlsFailure(peer + " showed no certificate, and one is required")
                        .attachTo(ctx.channel());
                return;
            }
            new TlsFailure("TLS handshake with " + peer + " failed: " + cause.getMessage())
                    .attachTo(ctx.channel());
            return;
        }
        switch (refused.kind()) {
            case CHAIN -> stats.failVerifyError.increment();
            case NAME -> stats.failVerifySan.increment();
            case PIN -> stats.failVerifyCertHash.increment();
        }
        new TlsFailure("certificate of " + peer + ": " + refused.getMessage())
                .attachTo(ctx.channel());
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
