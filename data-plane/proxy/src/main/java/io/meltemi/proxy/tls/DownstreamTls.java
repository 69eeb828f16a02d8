package io.meltemi.proxy.tls;

import com.google.protobuf.Message;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import io.netty.internal.tcnative.SSL;
import java.lang.ref.Cleaner;
import java.util.Set;

/// The server side of TLS for one filter chain. Thread-safe.
public final class DownstreamTls implements AutoCloseable {
    private final ContextSource source;
    private final TlsStats stats;
    private final Cleaner.Cleanable share;

    DownstreamTls(TlsContexts contexts, Message config, ContextSource source, TlsStats stats) {
        this.source = source;
        this.stats = stats;
        this.share = SourceShare.of(this, contexts, config, source);
    }

    /// The SDS names this needs.
    public Set<String> secretNames() {
        return source.secretNames();
    }

    /// Whether all secrets are there.
    public boolean isReady() {
        return source.isReady();
    }

    /// Adds TLS to the end of a pipeline. When the handshake is over the channel has its
    /// [PeerIdentity] and the pipeline sees Netty's `SslHandshakeCompletionEvent`; when it failed,
    /// [TlsFailure#of] has the words.
    ///
    /// @return false when secrets are missing: close the connection
    /// @throws TlsConfigException when the secrets that are there make no context
    public boolean install(ChannelPipeline pipeline) {
        CountedContext context = source.acquire();
        if (context == null) {
            stats.secretsNotReady.increment();
            return false;
        }
        try {
            SslHandler handler = context.newHandler(pipeline.channel().alloc());
            if (handler.engine() instanceof ReferenceCountedOpenSslEngine openSsl
                    && source.recipe().side() instanceof TlsRecipe.Server side) {
                adjust(openSsl.sslPointer(), side, source.recipe().cipherSuites());
            }
            pipeline.addLast("tls", handler);
            pipeline.addLast(new PeerHandler(stats, context.verifiesPeers));
        } finally {
            context.release();
        }
        return true;
    }

    /// What Netty sets for each engine, whatever its context says.
    private static void adjust(long ssl, TlsRecipe.Server side, TlsRecipe.Suites suites) {
        if (suites.hasEquals()) {
            // Netty's list has no place for suites of equal rank.
            try {
                SSL.setCipherSuites(ssl, suites.text(), false);
            } catch (Exception e) {
                throw new IllegalStateException("known cipher suites are refused", e);
            }
        }
        if (!side.stateless()) {
            SSL.setOptions(ssl, SSL.SSL_OP_NO_TICKET);
        }
        if (side.clientOrder()) {
            SSL.clearOptions(ssl, SSL.SSL_OP_CIPHER_SERVER_PREFERENCE);
        }
    }

    ContextSource source() {
        return source;
    }

    /// What happened so far, under Envoy's names.
    public TlsStats stats() {
        return stats;
    }

    /// Gives the context back; open connections keep what they have.
    @Override
    public void close() {
        share.clean();
    }
}
