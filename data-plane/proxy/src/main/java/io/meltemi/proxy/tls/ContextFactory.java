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
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Makes native contexts of recipes and secrets. Thread-safe: keeps nothing that changes.
final class ContextFactory {
    /// BoringSSL's own default, and Envoy's.
    private static final int SESSION_SECONDS = 7200;

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
            StoredSecret.@Nullable Certificate certificate,
            StoredSecret.@Nullable Validation validation,
            TicketKeys tickets) {
        List<CertificateAndKey> own =
                certificate == null
                        ? recipe.inlineCertificates()
                        : List.of(certificate.certificate());
        PeerRules rules = recipe.rules(validation == null ? null : validation.context());
        try {
            SslContext context =
                    recipe.isServer()
                            ? server(recipe, own, rules, tickets)
                            : configured(client(own), recipe, rules).build();
            return new CountedContext(context, certificate, validation, rules.verifiesChain());
        } catch (SSLException | IllegalArgumentException e) {
            throw new TlsConfigException(
                    recipe.path() + ": no TLS context can be made: " + e.getMessage(), e);
        }
    }

    private static SslContextBuilder client(List<CertificateAndKey> own) {
        SslContextBuilder builder =
                // Envoy: a host name is checked only where matchers ask for it.
                SslContextBuilder.forClient().endpointIdentificationAlgorithm("");
        return own.isEmpty() ? builder : builder.keyManager(ClientKeys.factory(own.getFirst()));
    }

    private SslContext server(
            TlsRecipe recipe, List<CertificateAndKey> all, PeerRules rules, TicketKeys tickets)
            throws SSLException {
        CertificateAndKey own = all.getFirst();
        SslContextBuilder builder =
                all.size() == 1
                        ? SslContextBuilder.forServer(own.key(), own.chain())
                        : SslContextBuilder.forServer(ServerKeys.factory(all));
        SslContext context =
                configured(builder.clientAuth(clientAuth(recipe, rules)), recipe, rules).build();
        if (context.sessionContext() instanceof OpenSslServerSessionContext sessions) {
            if (!sessions.setSessionIdContext(sessionId(recipe, rules, all))) {
                ReferenceCountUtil.release(context);
                throw new SSLException("the session id context was refused");
            }
            if (recipe.stateless()) {
                sessions.setTicketKeys(tickets.current());
            }
            sessions.setSessionCacheEnabled(recipe.stateful());
        }
        return context;
    }

    private static ClientAuth clientAuth(TlsRecipe recipe, PeerRules rules) {
        // Envoy: who has to have a name or a pinned key has to show them.
        boolean mustShow =
                !rules.names().isEmpty()
                        || !rules.spkiPins().isEmpty()
                        || !rules.fingerprints().isEmpty();
        if (recipe.requireClientCertificate() || mustShow) {
            return ClientAuth.REQUIRE;
        }
        return rules.equals(PeerRules.NONE) ? ClientAuth.NONE : ClientAuth.OPTIONAL;
    }

    private SslContextBuilder configured(
            SslContextBuilder builder, TlsRecipe recipe, PeerRules rules) {
        builder.sslProvider(openSsl ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
                .protocols(recipe.protocols())
                .trustManager(PeerVerifier.of(rules, openSsl))
                .sessionTimeout(SESSION_SECONDS)
                .sessionCacheSize(CACHED_SESSIONS);
        if (!recipe.cipherSuites().isEmpty()) {
            List<String> suites =
                    openSsl
                            ? TlsParameterNames.openSslSuites(recipe.cipherSuites())
                            : TlsParameterNames.jdkSuites(recipe.cipherSuites());
            builder.ciphers(suites, IdentityCipherSuiteFilter.INSTANCE);
        }
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
            TlsRecipe recipe, PeerRules rules, List<CertificateAndKey> own) {
        StringBuilder text = new StringBuilder();
        text.append(recipe.requireClientCertificate()).append('\n');
        rules.authorities().forEach(ca -> text.append(Certificates.fingerprint(ca)).append('\n'));
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
