package io.meltemi.proxy.tls;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SPIFFECertValidatorConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SPIFFECertValidatorConfig.TrustDomain;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher.SanType;
import io.meltemi.proxy.tls.PeerRefusedException.Kind;
import io.meltemi.xds.message.Anys;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// `envoy.tls.cert_validator.spiffe`: whose authorities count depends on the trust domain that the
/// peer's certificate names. Thread-safe: immutable.
final class SpiffeValidator implements ChainVerifier {
    private static final String SCHEME = "spiffe://";
    private static final int KEY_CERT_SIGN = 5;
    private static final int CRL_SIGN = 6;

    private static final SupportedFields FIELDS =
            new SupportedFields(Set.of("trust_domains.name", "trust_domains.trust_bundle"));

    private final Map<String, ChainVerifier> byDomain = new HashMap<>();

    SpiffeValidator(PeerRules rules) {
        rules.trustDomains()
                .forEach((domain, authorities) ->
                        byDomain.put(domain, PkixVerifier.of(authorities, rules)));
    }

    /// Reads the authorities of each trust domain.
    ///
    /// @param at where the configuration stands, for messages
    static Map<String, List<X509Certificate>> trustDomains(
            TypedExtensionConfig extension, String at) {
        if (!Anys.is(extension.getTypedConfig(), SPIFFECertValidatorConfig.class)) {
            throw new TlsConfigException(
                    at
                            + " '"
                            + extension.getName()
                            + "' is not supported: use envoy.tls.cert_validator.spiffe");
        }
        String place = at + ".typed_config";
        try {
            return read(
                    Anys.unpack(extension.getTypedConfig(), SPIFFECertValidatorConfig.class),
                    place);
        } catch (InvalidProtocolBufferException e) {
            throw new TlsConfigException(place + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Map<String, List<X509Certificate>> read(
            SPIFFECertValidatorConfig proto, String at) {
        List<String> problems = FIELDS.problems(proto, at);
        if (!problems.isEmpty()) {
            throw new TlsConfigException(problems);
        }
        if (proto.getTrustDomainsCount() == 0) {
            throw new TlsConfigException(at + ".trust_domains is empty");
        }
        Map<String, List<X509Certificate>> domains = new HashMap<>();
        for (int i = 0; i < proto.getTrustDomainsCount(); i++) {
            TrustDomain domain = proto.getTrustDomains(i);
            String place = at + ".trust_domains[" + i + "]";
            List<X509Certificate> bundle =
                    Pem.certificates(
                            DataSources.read(domain.getTrustBundle(), place + ".trust_bundle"),
                            place + ".trust_bundle");
            if (domains.put(domain.getName(), bundle) != null) {
                throw new TlsConfigException(
                        place + ".name '" + domain.getName() + "' has a bundle already");
            }
        }
        SupportedFields.addBroken(proto, at, problems);
        if (!problems.isEmpty()) {
            throw new TlsConfigException(problems);
        }
        return domains;
    }

    @Override
    public void verify(X509Certificate[] chain, String authType, boolean client)
            throws PeerRefusedException {
        X509Certificate leaf = chain[0];
        boolean[] usage = leaf.getKeyUsage();
        // Envoy: without the extension a key may be used for everything.
        if (leaf.getBasicConstraints() >= 0
                || usage == null
                || usage[KEY_CERT_SIGN]
                || usage[CRL_SIGN]) {
            throw new PeerRefusedException(
                    Kind.USE, "its key may sign certificates, a workload's may not");
        }
        ChainVerifier its = null;
        for (String uri : Certificates.names(leaf, SanType.URI)) {
            its = its == null ? byDomain.get(domain(uri)) : its;
        }
        if (its == null) {
            throw new PeerRefusedException(
                    Kind.USE,
                    "it names no trust domain among "
                            + byDomain.keySet().stream().sorted().toList());
        }
        its.verify(chain, authType, client);
    }

    /// Of `spiffe://DOMAIN/...`; empty for any other.
    private static String domain(String uri) {
        if (!uri.startsWith(SCHEME)) {
            return "";
        }
        int end = uri.indexOf('/', SCHEME.length());
        return end < 0 ? "" : uri.substring(SCHEME.length(), end);
    }
}
