package io.meltemi.proxy.tls;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher.SanType;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
record PeerRules(
        List<X509Certificate> authorities,
        List<SanMatcher> names,
        Set<String> spkiPins,
        Set<String> fingerprints,
        List<X509CRL> revocations,
        boolean onlyLeafRevoked) {
    static final PeerRules NONE =
            new PeerRules(List.of(), List.of(), Set.of(), Set.of(), List.of(), false);

    static final Set<String> FIELDS =
            Set.of(
                    "trusted_ca",
                    "crl",
                    "only_verify_leaf_cert_crl",
                    "match_typed_subject_alt_names.san_type",
                    "match_typed_subject_alt_names.matcher",
                    "match_subject_alt_names",
                    "verify_certificate_spki",
                    "verify_certificate_hash");

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
    }

    boolean verifiesChain() {
        return !authorities.isEmpty();
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
                Set.copyOf(proto.getVerifyCertificateSpkiList()),
                fingerprints(proto),
                proto.hasCrl()
                        ? Pem.revocations(
                                DataSources.read(proto.getCrl(), at + ".crl"), at + ".crl")
                        : List.of(),
                proto.getOnlyVerifyLeafCertCrl());
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
    private static Set<String> fingerprints(CertificateValidationContext proto) {
        Set<String> fingerprints = new java.util.HashSet<>();
        for (String hash : proto.getVerifyCertificateHashList()) {
            fingerprints.add(hash.replace(":", "").toLowerCase(Locale.ROOT));
        }
        return fingerprints;
    }
}
