package io.meltemi.proxy.tls;

import com.google.protobuf.Message;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import io.netty.internal.tcnative.SSL;
import io.netty.util.NetUtil;
import java.lang.ref.Cleaner;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.StandardConstants;
import org.jspecify.annotations.Nullable;

/// The client side of TLS for one cluster. Thread-safe.
public final class UpstreamTls implements AutoCloseable {
    private final ContextSource source;
    private final TlsStats stats;
    private final String configuredName;
    private final boolean hostNames;
    private final Cleaner.Cleanable share;

    UpstreamTls(TlsContexts contexts, Message config, ContextSource source, TlsStats stats) {
        this.source = source;
        this.stats = stats;
        this.share = SourceShare.of(this, contexts, config, source);
        if (source.recipe().side() instanceof TlsRecipe.Client client) {
            this.configuredName = client.serverName();
            this.hostNames = client.hostNames();
        } else {
            throw new IllegalStateException("a server's configuration for a client");
        }
    }

    /// The SDS names this needs.
    public Set<String> secretNames() {
        return source.secretNames();
    }

    /// Whether all secrets are there.
    public boolean isReady() {
        return source.isReady();
    }

    /// Whom a connection is made to. Immutable.
    ///
    /// @param hostname the endpoint's; empty without one
    /// @param requested the name the request is for (`auto_sni`), which goes before all others;
    ///   null for none. An address is never sent as SNI.
    /// @param verified whether the peer's certificate has to have it (`auto_san_validation`)
    /// @param alpn what is offered beside the configuration
    public record Target(
            String hostname, @Nullable String requested, boolean verified, AlpnOffer alpn) {}

    /// Adds TLS to the end of a pipeline; see [DownstreamTls#install].
    ///
    /// @param peer where the connection goes: sessions are resumed with it alone
    /// @return false when secrets are missing: fail the connection
    /// @throws TlsConfigException when the secrets that are there make no context
    public boolean install(ChannelPipeline pipeline, InetSocketAddress peer, Target target) {
        CountedContext context = source.acquire(target.verified(), target.alpn());
        if (context == null) {
            stats.secretsNotReady.increment();
            return false;
        }
        try {
            // Envoy: such a connection fails, for anybody could have written the name.
            if (target.verified() && !context.verifiesChain) {
                throw new TlsConfigException(
                        "a name is to be verified, but nobody is trusted: trusted_ca is missing");
            }
            String serverName = serverName(target);
            String host = target.requested() == null ? serverName : target.requested();
            // Netty never sends an address as SNI.
            SslHandler handler =
                    context.newHandler(
                            pipeline.channel().alloc(),
                            host.isEmpty() ? peer.getHostString() : host,
                            peer.getPort());
            if (!serverName.isEmpty()) {
                name(handler.engine(), serverName);
            }
            pipeline.addLast("tls", handler);
            pipeline.addLast(new PeerHandler(stats, context.verifiesPeers));
        } finally {
            context.release();
        }
        return true;
    }

    private String serverName(Target target) {
        String requested = target.requested();
        if (requested != null) {
            return NetUtil.isValidIpV4Address(requested) || NetUtil.isValidIpV6Address(requested)
                    ? configuredName
                    : requested;
        }
        return hostNames && !target.hostname().isEmpty() ? target.hostname() : configuredName;
    }

    /// Istio's names (`outbound_.80_._.reviews`) have underscores, which the JDK's type for host
    /// names refuses.
    private static void name(SSLEngine engine, String serverName) {
        if (engine instanceof ReferenceCountedOpenSslEngine openSsl) {
            SSL.setTlsExtHostName(openSsl.sslPointer(), serverName);
        } else {
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setServerNames(List.of(new RawServerName(serverName)));
            engine.setSSLParameters(parameters);
        }
    }

    private static final class RawServerName extends SNIServerName {
        RawServerName(String name) {
            super(StandardConstants.SNI_HOST_NAME, name.getBytes(StandardCharsets.US_ASCII));
        }
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
