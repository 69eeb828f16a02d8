package io.meltemi.pilot.translate.security;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SPIFFECertValidatorConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.meltemi.model.config.CaBundle;
import io.meltemi.model.config.Secret.KeyPair;
import io.meltemi.pilot.translate.Protos;
import java.util.SortedMap;

/// Secrets as proxies take them. Thread-safe: stateless.
public final class SecretTranslation {
    private SecretTranslation() {}

    public static Secret translate(SecretInput input) {
        Secret.Builder secret = Secret.newBuilder().setName(input.resource());
        return switch (input) {
            case SecretInput.Certificate(String _, KeyPair pair) ->
                    secret.setTlsCertificate(
                                    TlsCertificate.newBuilder()
                                            .setCertificateChain(inline(pair.chain()))
                                            .setPrivateKey(inline(pair.key().value())))
                            .build();
            case SecretInput.Authorities(String _, CaBundle bundle) ->
                    secret.setValidationContext(authorities(bundle)).build();
            case SecretInput.Bundles(String _, SortedMap<String, String> byDomain) ->
                    secret.setValidationContext(bundles(byDomain)).build();
        };
    }

    private static CertificateValidationContext.Builder authorities(CaBundle bundle) {
        CertificateValidationContext.Builder context =
                CertificateValidationContext.newBuilder()
                        .setTrustedCa(inline(bundle.certificates()));
        bundle.revoked().ifPresent(lists -> context.setCrl(inline(lists)));
        return context;
    }

    /// SPIFFE: an authority vouches for its own trust domain and for no other.
    private static CertificateValidationContext.Builder bundles(
            SortedMap<String, String> byDomain) {
        SPIFFECertValidatorConfig.Builder domains = SPIFFECertValidatorConfig.newBuilder();
        byDomain.forEach((domain, pem) ->
                domains.addTrustDomains(
                        SPIFFECertValidatorConfig.TrustDomain.newBuilder()
                                .setName(domain)
                                .setTrustBundle(inline(pem))));
        return CertificateValidationContext.newBuilder()
                .setCustomValidatorConfig(
                        TypedExtensionConfig.newBuilder()
                                .setName("envoy.tls.cert_validator.spiffe")
                                .setTypedConfig(Protos.any(domains.build())));
    }

    private static DataSource inline(String pem) {
        return DataSource.newBuilder().setInlineBytes(ByteString.copyFromUtf8(pem)).build();
    }
}
