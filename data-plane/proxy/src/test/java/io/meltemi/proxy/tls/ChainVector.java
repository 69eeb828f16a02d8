package io.meltemi.proxy.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher.SanType;
import io.meltemi.base.pem.Pem;
import io.meltemi.base.pem.PemException;
import java.security.cert.CertificateException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A chain of certificates and whether it is to be believed, as x509-limbo writes it. Immutable.
///
/// @param roots in PEM
/// @param chain the leaf first
/// @param then when it is looked at; null: now
/// @param names as `DNS name`: each must be the leaf's
/// @param depth how many authorities may stand between; negative: as many as there are
record ChainVector(
        String id,
        String roots,
        String chain,
        String revocations,
        @Nullable Instant then,
        boolean client,
        List<String> names,
        int depth,
        boolean good) {
    ChainVector {
        names = List.copyOf(names);
    }

    /// One of `limbo.json`.
    static ChainVector of(Map<?, ?> test) {
        List<String> names = new ArrayList<>();
        if (test.get("expected_peer_name") instanceof Map<?, ?> name) {
            names.add(name(name));
        }
        if (test.get("expected_peer_names") instanceof List<?> all) {
            all.forEach(each -> names.add(name((Map<?, ?>) each)));
        }
        return new ChainVector(
                String.valueOf(test.get("id")),
                texts(test, "trusted_certs"),
                test.get("peer_certificate") + texts(test, "untrusted_intermediates"),
                texts(test, "crls"),
                test.get("validation_time") instanceof String time
                        ? OffsetDateTime.parse(time).toInstant()
                        : null,
                "CLIENT".equals(test.get("validation_kind")),
                names,
                test.get("max_chain_depth") instanceof Integer depth ? depth : -1,
                "SUCCESS".equals(test.get("expected_result")));
    }

    private static String name(Map<?, ?> name) {
        return name.get("kind") + " " + name.get("value");
    }

    private static String texts(Map<?, ?> test, String key) {
        return test.get(key) instanceof List<?> list
                ? String.join("\n", list.stream().map(String::valueOf).toList())
                : "";
    }

    @Override
    public String toString() {
        return id;
    }

    /// Whether our proxy takes the chain from a peer with these names.
    boolean isTaken() {
        try {
            List<X509Certificate> authorities = Pem.certificates(roots.getBytes(US_ASCII));
            List<X509CRL> lists =
                    revocations.isBlank()
                            ? List.of()
                            : Pem.revocations(revocations.getBytes(US_ASCII));
            List<X509Certificate> peer = Pem.certificates(chain.getBytes(US_ASCII));
            verify(authorities, lists, peer, List.of());
            for (String name : names) {
                verify(authorities, lists, peer, List.of(matcher(name)));
            }
            return true;
        } catch (CertificateException | PemException | TlsConfigException _) {
            return false;
        }
    }

    private void verify(
            List<X509Certificate> authorities,
            List<X509CRL> lists,
            List<X509Certificate> peer,
            List<SanMatcher> wanted)
            throws CertificateException {
        PeerRules rules =
                new PeerRules(
                        authorities,
                        wanted,
                        Set.of(),
                        Set.of(),
                        lists,
                        false,
                        depth < 0 ? PeerRules.MAX_DEPTH : depth,
                        false,
                        false,
                        Map.of());
        PeerVerifier verifier = PeerVerifier.of(rules, PkixVerifier.of(authorities, rules, then));
        X509Certificate[] array = peer.toArray(new X509Certificate[0]);
        if (client) {
            verifier.checkClientTrusted(array, "UNKNOWN");
        } else {
            verifier.checkServerTrusted(array, "UNKNOWN");
        }
    }

    private static SanMatcher matcher(String name) {
        String[] parts = name.split(" ", 2);
        SanType type =
                switch (parts[0]) {
                    case "DNS" -> SanType.DNS;
                    case "IP" -> SanType.IP_ADDRESS;
                    case "RFC822" -> SanType.EMAIL;
                    default -> throw new IllegalArgumentException(name);
                };
        return SanMatcher.name(type, parts[1]);
    }
}
