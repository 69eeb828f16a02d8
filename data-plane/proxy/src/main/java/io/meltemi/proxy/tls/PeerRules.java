package io.meltemi.proxy.tls;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext.TrustChainVerification;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher.SanType;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// What a peer's certificate has to be, from a `CertificateValidationContext`. Immutable.
///
/// @param authorities whose certificates are trusted; empty: any peer is taken, and none is
///   verified
/// @param names one of which must match; empty: any
/// @param spkiPins base64 SHA-256 of a key, one of which must be the leaf's; empty: any
/// @param revocations lists of certificates taken back; empty: nobody asks
/// @param onlyLeafRevoked whether the lists are asked of the leaf alone
/// @param fingerprints lower-case hex SHA-256 of the leaf, one of which must match; empty: any
/// @param depth how many authorities may stand between the leaf and the trusted one
/// @param takesUntrusted whether a peer that proves nothing is taken all the same
/// @param ofServerName whether the leaf has to have the name the connection was made for
/// @param trustDomains SPIFFE: the authorities of each trust domain, instead of `authorities`;
///   empty for none
record PeerRules(
        List<X509Certificate> authorities,
        List<SanMatcher> names,
        Set<String> spkiPins,
        Set<String> fingerprints,
        List<X509CRL> revocations,
        boolean onlyLeafRevoked,
        int depth,
        boolean takesUntrusted,
        boolean ofServerName,
        Map<String, List<X509Certificate>> trustDomains) {
    /// BoringSSL's default, and the most Envoy takes.
    static final int MAX_DEPTH = 100;

    static final PeerRules NONE =
            new PeerRules(
                    List.of(), List.of(), Set.of(), Set.of(), List.of(), false, MAX_DEPTH, false,
                    false, Map.of());

    static final Set<String> FIELDS =
            Set.of(
                    "trusted_ca",
                    "crl",
                    "only_verify_leaf_cert_crl",
                    "max_verify_depth",
                    "trust_chain_verification",
                    "custom_validator_config",
                    "match_typed_subject_alt_names.san_type",
                    "match_typed_subject_alt_names.matcher",
                    "match_subject_alt_names",
                    "verify_certificate_spki",
                    "verify_certificate_hash");

    private static final int HASH_BYTES = 32;

    private static final SupportedFields SUPPORTED = new SupportedFields(FIELDS);

    /// Envoy: an untyped matcher looks at each of these.
    private static final List<SanType> UNTYPED =
            List.of(SanType.DNS, SanType.URI, SanType.EMAIL, SanType.IP_ADDRESS);

    PeerRules {
        authorities = List.copyOf(authorities);
        names = List.copyOf(names);
        spkiPins = Set.copyOf(spkiPins);
        fingerprints = Set.copyOf(fingerprints);
        revocations = List.copyOf(revocations);
        trustDomains = Map.copyOf(trustDomains);
    }

    boolean verifiesChain() {
        return !authorities.isEmpty() || !trustDomains.isEmpty();
    }

    /// Whether a peer that was taken is who its certificate says.
    boolean provesNames() {
        return verifiesChain() && !takesUntrusted;
    }

    /// Of all trust domains.
    List<X509Certificate> allAuthorities() {
        if (trustDomains.isEmpty()) {
            return authorities;
        }
        return trustDomains.keySet().stream()
                .sorted()
                .flatMap(domain -> trustDomains.getOrDefault(domain, List.of()).stream())
                .toList();
    }

    /// The same, but the names that are asked for are the one the connection was made for.
    PeerRules onlyServerName() {
        return with(List.of());
    }

    /// The same, and the name the connection was made for.
    PeerRules andServerName() {
        return with(names);
    }

    private PeerRules with(List<SanMatcher> others) {
        return new PeerRules(
                authorities,
                others,
                spkiPins,
                fingerprints,
                revocations,
                onlyLeafRevoked,
                depth,
                takesUntrusted,
                true,
                trustDomains);
    }

    /// Compiles a part that may be merged with another; alone it need not make sense.
    static void check(CertificateValidationContext proto, String at) {
        List<String> problems = SUPPORTED.problems(proto, at);
        if (!problems.isEmpty()) {
            throw new TlsConfigException(problems);
        }
        compile(proto, at);
    }

    /// @param at where the context stands, for messages
    static PeerRules of(CertificateValidationContext proto, String at) {
        PeerRules rules = compile(proto, at);
        if (!rules.names.isEmpty() && !rules.verifiesChain()) {
            throw new TlsConfigException(
                    at
                            + ": names without trusted_ca prove nothing, anyone can write them"
                            + " into a certificate");
        }
        return rules;
    }

    private static PeerRules compile(CertificateValidationContext proto, String at) {
        List<X509Certificate> authorities =
                proto.hasTrustedCa()
                        ? Pem.certificates(
                                DataSources.read(proto.getTrustedCa(), at + ".trusted_ca"),
                                at + ".trusted_ca")
                        : List.of();
        return new PeerRules(
                authorities,
                names(proto, at),
                pins(proto, at),
                fingerprints(proto, at),
                proto.hasCrl()
                        ? Pem.revocations(
                                DataSources.read(proto.getCrl(), at + ".crl"), at + ".crl")
                        : List.of(),
                proto.getOnlyVerifyLeafCertCrl(),
                depth(proto, at),
                proto.getTrustChainVerification() == TrustChainVerification.ACCEPT_UNTRUSTED,
                false,
                proto.hasCustomValidatorConfig()
                        ? SpiffeValidator.trustDomains(
                                proto.getCustomValidatorConfig(), at + ".custom_validator_config")
                        : Map.of());
    }

    private static int depth(CertificateValidationContext proto, String at) {
        if (!proto.hasMaxVerifyDepth()) {
            return MAX_DEPTH;
        }
        int depth = proto.getMaxVerifyDepth().getValue();
        if (depth < 0 || depth > MAX_DEPTH) {
            throw new TlsConfigException(at + ".max_verify_depth is not from 0 to " + MAX_DEPTH);
        }
        return depth;
    }

    private static Set<String> pins(CertificateValidationContext proto, String at) {
        for (String pin : proto.getVerifyCertificateSpkiList()) {
            if (!isHash(pin)) {
                throw new TlsConfigException(
                        at
                                + ".verify_certificate_spki '"
                                + pin
                                + "' is not the base64 form of a SHA-256");
            }
        }
        return Set.copyOf(proto.getVerifyCertificateSpkiList());
    }

    private static boolean isHash(String base64) {
        try {
            return Base64.getDecoder().decode(base64).length == HASH_BYTES;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    @SuppressWarnings("deprecation") // Istio still writes the untyped ones
    private static List<SanMatcher> names(CertificateValidationContext proto, String at) {
        List<SanMatcher> names = new ArrayList<>();
        for (int i = 0; i < proto.getMatchTypedSubjectAltNamesCount(); i++) {
            SubjectAltNameMatcher typed = proto.getMatchTypedSubjectAltNames(i);
            String place = at + ".match_typed_subject_alt_names[" + i + "]";
            if (!UNTYPED.contains(typed.getSanType())) {
                throw new TlsConfigException(
                        place + ".san_type " + typed.getSanType() + " is not supported");
            }
            names.add(SanMatcher.of(typed.getSanType(), typed.getMatcher(), place + ".matcher"));
        }
        for (int i = 0; i < proto.getMatchSubjectAltNamesCount(); i++) {
            untyped(
                    proto.getMatchSubjectAltNames(i),
                    at + ".match_subject_alt_names[" + i + "]",
                    names);
        }
        return names;
    }

    private static void untyped(StringMatcher matcher, String at, List<SanMatcher> names) {
        for (SanType type : UNTYPED) {
            names.add(SanMatcher.of(type, matcher, at));
        }
    }

    /// Envoy takes them with and without colons, in either case.
    private static Set<String> fingerprints(CertificateValidationContext proto, String at) {
        Set<String> fingerprints = new java.util.HashSet<>();
        for (String hash : proto.getVerifyCertificateHashList()) {
            String plain = hash.replace(":", "").toLowerCase(Locale.ROOT);
            if (plain.length() != 2 * HASH_BYTES || !plain.matches("[0-9a-f]*")) {
                throw new TlsConfigException(
                        at
                                + ".verify_certificate_hash '"
                                + hash
                                + "' is not the hexadecimal form of a SHA-256");
            }
            fingerprints.add(plain);
        }
        return fingerprints;
    }
}
