package io.meltemi.proxy.tls;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Makes native contexts of recipes and secrets. Thread-safe: keeps nothing that changes.
final class ContextFactory {
    /// Sessions without a ticket (TLS 1.2) that the native cache of one context may hold.
    private static final int CACHED_SESSIONS = 1024;

    private final boolean openSsl;

    ContextFactory() {
        this(OpenSsl.isAvailable());
    }

    /// @param openSsl false: the JDK's TLS, three to five times dearer
    ContextFactory(boolean openSsl) {
        this.openSsl = openSsl;
    }

    CountedContext make(
            TlsRecipe recipe,
            List<StoredSecret.Certificate> certificates,
            StoredSecret.@Nullable Validation validation,
            TicketKeys tickets) {
        List<CertificateAndKey> own =
                certificates.isEmpty()
                        ? recipe.inlineCertificates()
                        : certificates.stream().map(StoredSecret.Certificate::certificate).toList();
        PeerRules rules = recipe.rules(validation == null ? null : validation.context());
        try {
            SslContext context =
                    switch (recipe.side()) {
                        case TlsRecipe.Server side -> server(recipe, side, own, rules, tickets);
                        case TlsRecipe.Client side -> client(recipe, side, own, rules);
                    };
            return new CountedContext(context, certificates, validation, rules);
        } catch (SSLException | IllegalArgumentException e) {
            throw new TlsConfigException(
                    recipe.path() + ": no TLS context can be made: " + e.getMessage(), e);
        }
    }

    private SslContext client(
            TlsRecipe recipe, TlsRecipe.Client side, List<CertificateAndKey> own, PeerRules rules)
            throws SSLException {
        SslContextBuilder builder =
                // Envoy: a host name is checked only where matchers ask for it.
                SslContextBuilder.forClient().endpointIdentificationAlgorithm("");
        if (!own.isEmpty()) {
            builder.keyManager(ClientKeys.factory(own.getFirst()));
        }
        builder.sessionCacheSize(Math.clamp(side.keptSessions(), 1, CACHED_SESSIONS));
        SslContext context = configured(builder, recipe, rules).build();
        if (side.keptSessions() == 0
                && context.sessionContext() instanceof OpenSslSessionContext sessions) {
            sessions.setSessionCacheEnabled(false);
        }
        return context;
    }

    private SslContext server(
            TlsRecipe recipe,
            TlsRecipe.Server side,
            List<CertificateAndKey> all,
            PeerRules rules,
            TicketKeys tickets)
            throws SSLException {
        CertificateAndKey own = all.getFirst();
        SslContextBuilder builder =
                all.size() == 1
                        ? SslContextBuilder.forServer(own.key(), own.chain())
                        : SslContextBuilder.forServer(ServerKeys.factory(all, side.searchesAll()));
        builder.sessionCacheSize(CACHED_SESSIONS)
                .sessionTimeout(side.sessionSeconds())
                .clientAuth(clientAuth(side, rules));
        SslContext context = configured(builder, recipe, rules).build();
        if (context.sessionContext() instanceof OpenSslServerSessionContext sessions) {
            if (!sessions.setSessionIdContext(sessionId(side, rules, all))) {
                ReferenceCountUtil.release(context);
                throw new SSLException("the session id context was refused");
            }
            if (side.stateless()) {
                TicketKeys keys = side.ticketKeys() == null ? tickets : side.ticketKeys();
                sessions.setTicketKeys(keys.current());
            }
            sessions.setSessionCacheEnabled(side.stateful());
        }
        return context;
    }

    private static ClientAuth clientAuth(TlsRecipe.Server side, PeerRules rules) {
        // Envoy: who has to have a name, a pinned key or a trust domain has to show them.
        boolean mustShow =
                !rules.names().isEmpty()
                        || !rules.spkiPins().isEmpty()
                        || !rules.fingerprints().isEmpty();
        if (side.requireClientCertificate() || mustShow || !rules.trustDomains().isEmpty()) {
            return ClientAuth.REQUIRE;
        }
        return rules.equals(PeerRules.NONE) ? ClientAuth.NONE : ClientAuth.OPTIONAL;
    }

    private SslContextBuilder configured(
            SslContextBuilder builder, TlsRecipe recipe, PeerRules rules) {
        builder.sslProvider(openSsl ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
                .protocols(recipe.protocols())
                .trustManager(PeerVerifier.of(rules, openSsl));
        List<String> suites = recipe.cipherSuites().names();
        builder.ciphers(
                openSsl
                        ? TlsParameterNames.openSslSuites(suites)
                        : TlsParameterNames.jdkSuites(suites),
                IdentityCipherSuiteFilter.INSTANCE);
        if (!recipe.curves().isEmpty()) {
            builder.option(OpenSslContextOption.GROUPS, recipe.curves().toArray(String[]::new));
        }
        if (!recipe.applicationProtocols().isEmpty()) {
            builder.applicationProtocolConfig(
                    new ApplicationProtocolConfig(
                            Protocol.ALPN,
                            SelectorFailureBehavior.NO_ADVERTISE,
                            SelectedListenerFailureBehavior.ACCEPT,
                            recipe.applicationProtocols()));
        }
        return builder;
    }

    /// Two contexts may resume each other's sessions only if they ask the same of clients.
    private static byte[] sessionId(
            TlsRecipe.Server side, PeerRules rules, List<CertificateAndKey> own) {
        StringBuilder text = new StringBuilder();
        text.append(side.requireClientCertificate()).append('\n');
        rules.allAuthorities()
                .forEach(ca -> text.append(Certificates.fingerprint(ca)).append('\n'));
        rules.names()
                .forEach(name ->
                        text.append(name.type()).append(' ').append(name.text()).append('\n'));
        rules.spkiPins().stream().sorted().forEach(pin -> text.append(pin).append('\n'));
        rules.fingerprints().stream().sorted().forEach(pin -> text.append(pin).append('\n'));
        // A client knows the server by its names: a session with one is none with another.
        own.forEach(certificate ->
                text.append(certificate.chain().getFirst().getSubjectX500Principal()));
        return Certificates.sha256(
                text.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
