package io.meltemi.proxy.observe.accesslog;

import io.meltemi.proxy.observe.ConnectionRecord;
import io.meltemi.proxy.observe.ExchangeRecord;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// The command operators that look into certificates. Immutable. They read the session's
/// certificates with each line: only who asks pays.
///
/// Envoy: of a chain everything is joined by commas; of the upstream fewer operators are known than
/// of the downstream.
final class CertificateOperators {
    private static final int EMAIL = 1;
    private static final int DNS = 2;
    private static final int IP = 7;

    private CertificateOperators() {}

    static void addTo(Map<String, Value> operators) {
        both(operators, "DOWNSTREAM", ExchangeRecord::downstreamTls);
        both(operators, "UPSTREAM", CertificateOperators::upstream);
        peer(operators, "PEER_EMAIL_SAN", leaf -> names(leaf, EMAIL));
        operators.put(
                "DOWNSTREAM_LOCAL_EMAIL_SAN",
                local(ExchangeRecord::downstreamTls, leaf -> names(leaf, EMAIL)));
        peer(operators, "PEER_FINGERPRINT_256", leaf -> fingerprint(leaf, "SHA-256"));
        peer(operators, "PEER_FINGERPRINT_1", leaf -> fingerprint(leaf, "SHA-1"));
        chain(operators, "PEER_CHAIN_FINGERPRINTS_256", each -> fingerprint(each, "SHA-256"));
        chain(operators, "PEER_CHAIN_FINGERPRINTS_1", each -> fingerprint(each, "SHA-1"));
        chain(operators, "PEER_CHAIN_SERIALS", each -> each.getSerialNumber().toString(16));
    }

    private static void both(
            Map<String, Value> operators,
            String side,
            Function<ExchangeRecord, ConnectionRecord.@Nullable Tls> tls) {
        operators.put(side + "_PEER_DNS_SAN", peer(tls, leaf -> names(leaf, DNS)));
        operators.put(side + "_PEER_IP_SAN", peer(tls, leaf -> names(leaf, IP)));
        operators.put(
                side + "_PEER_ISSUER", peer(tls, leaf -> leaf.getIssuerX500Principal().getName()));
        operators.put(side + "_PEER_CERT", peer(tls, CertificateOperators::urlEncodedPem));
        operators.put(side + "_LOCAL_DNS_SAN", local(tls, leaf -> names(leaf, DNS)));
        operators.put(side + "_LOCAL_IP_SAN", local(tls, leaf -> names(leaf, IP)));
    }

    private static ConnectionRecord.@Nullable Tls upstream(ExchangeRecord record) {
        return record.upstream == null ? null : record.upstream.tls();
    }

    private static void peer(
            Map<String, Value> operators,
            String name,
            Function<X509Certificate, @Nullable String> text) {
        operators.put("DOWNSTREAM_" + name, peer(ExchangeRecord::downstreamTls, text));
    }

    private static Value peer(
            Function<ExchangeRecord, ConnectionRecord.@Nullable Tls> tls,
            Function<X509Certificate, @Nullable String> text) {
        return of(tls, CertificateOperators::peerLeaf, text);
    }

    private static Value local(
            Function<ExchangeRecord, ConnectionRecord.@Nullable Tls> tls,
            Function<X509Certificate, @Nullable String> text) {
        return of(tls, CertificateOperators::localLeaf, text);
    }

    private static Value of(
            Function<ExchangeRecord, ConnectionRecord.@Nullable Tls> tls,
            Function<SSLSession, @Nullable X509Certificate> leaf,
            Function<X509Certificate, @Nullable String> text) {
        return Operators.text(record -> {
            ConnectionRecord.Tls known = tls.apply(record);
            SSLSession session = known == null ? null : known.session();
            X509Certificate found = session == null ? null : leaf.apply(session);
            return found == null ? null : text.apply(found);
        });
    }

    private static void chain(
            Map<String, Value> operators, String name, Function<X509Certificate, String> text) {
        operators.put(
                "DOWNSTREAM_" + name,
                Operators.text(record -> {
                    ConnectionRecord.Tls known = record.downstreamTls();
                    SSLSession session = known == null ? null : known.session();
                    List<String> all = new ArrayList<>();
                    for (X509Certificate each :
                            session == null ? List.<X509Certificate>of() : peerChain(session)) {
                        all.add(text.apply(each));
                    }
                    return String.join(",", all);
                }));
    }

    /// When a certificate begins or ends to be good, `%..._PEER_CERT_V_START(%Y)%`; null when the
    /// name is of no such operator.
    static @Nullable Value validity(String name, @Nullable String pattern) {
        Function<X509Certificate, Instant> moment;
        if (name.endsWith("_PEER_CERT_V_START")) {
            moment = leaf -> leaf.getNotBefore().toInstant();
        } else if (name.endsWith("_PEER_CERT_V_END")) {
            moment = leaf -> leaf.getNotAfter().toInstant();
        } else {
            return null;
        }
        BiFunction<ExchangeRecord, Boolean, ConnectionRecord.@Nullable Tls> side =
                (record, downstream) -> downstream ? record.downstreamTls() : upstream(record);
        boolean downstream = name.startsWith("DOWNSTREAM_");
        if (!downstream && !name.startsWith("UPSTREAM_")) {
            return null;
        }
        TimeFormat format = TimeFormat.parse(pattern == null ? "" : pattern);
        return (record, out) -> {
            ConnectionRecord.Tls known = side.apply(record, downstream);
            SSLSession session = known == null ? null : known.session();
            X509Certificate leaf = session == null ? null : peerLeaf(session);
            if (leaf == null) {
                return false;
            }
            format.write(moment.apply(leaf).getEpochSecond() * 1_000_000_000L, out);
            return true;
        };
    }

    private static @Nullable X509Certificate peerLeaf(SSLSession session) {
        List<X509Certificate> chain = peerChain(session);
        return chain.isEmpty() ? null : chain.getFirst();
    }

    private static @Nullable X509Certificate localLeaf(SSLSession session) {
        Certificate[] chain = session.getLocalCertificates();
        return chain != null && chain.length > 0 && chain[0] instanceof X509Certificate own
                ? own
                : null;
    }

    private static List<X509Certificate> peerChain(SSLSession session) {
        List<X509Certificate> chain = new ArrayList<>(2);
        try {
            for (Certificate each : session.getPeerCertificates()) {
                if (each instanceof X509Certificate certificate) {
                    chain.add(certificate);
                }
            }
        } catch (SSLPeerUnverifiedException _) {
            // It showed none.
        }
        return chain;
    }

    private static @Nullable String names(X509Certificate leaf, int kind) {
        List<String> names = new ArrayList<>();
        try {
            var all = leaf.getSubjectAlternativeNames();
            for (List<?> name : all == null ? List.<List<?>>of() : all) {
                if (name.getFirst() instanceof Integer known && known == kind) {
                    names.add(String.valueOf(name.get(1)));
                }
            }
        } catch (CertificateParsingException _) {
            return null;
        }
        return String.join(",", names);
    }

    private static String fingerprint(X509Certificate certificate, String algorithm) {
        try {
            byte[] digest = MessageDigest.getInstance(algorithm).digest(certificate.getEncoded());
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }

    /// Envoy: PEM, with the characters escaped that end a value of `x-forwarded-client-cert`.
    private static String urlEncodedPem(X509Certificate certificate) {
        byte[] der;
        try {
            der = certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a parsed certificate has no encoding", e);
        }
        String body =
                Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(der);
        return ("-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n")
                .replace("\n", "%0A")
                .replace(" ", "%20")
                .replace("+", "%2B")
                .replace("/", "%2F")
                .replace("=", "%3D");
    }
}
