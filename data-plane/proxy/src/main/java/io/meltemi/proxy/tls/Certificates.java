package io.meltemi.proxy.tls;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher.SanType;
import io.netty.util.NetUtil;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;

/// Reads what the mesh needs from a certificate. Pure.
final class Certificates {
    private Certificates() {}

    /// The subject alternative names of one type, in order; empty when they cannot be read.
    static List<String> names(X509Certificate certificate, SanType type) {
        int tag =
                switch (type) {
                    case EMAIL -> 1;
                    case DNS -> 2;
                    case URI -> 6;
                    case IP_ADDRESS -> 7;
                    default -> -1;
                };
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            if (all != null) {
                for (List<?> name : all) {
                    if (name.get(0).equals(tag) && name.get(1) instanceof String text) {
                        names.add(type == SanType.IP_ADDRESS ? address(text) : text);
                    }
                }
            }
        } catch (CertificateParsingException _) {
            return List.of();
        }
        return names;
    }

    /// As people and configurations write addresses of IPv6 (RFC 5952).
    private static String address(String text) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        return bytes == null ? text : NetUtil.bytesToIpAddress(bytes);
    }

    static PeerIdentity identity(X509Certificate leaf, boolean isVerified) {
        List<String> uris = names(leaf, SanType.URI);
        List<String> hosts = names(leaf, SanType.DNS);
        String subject = leaf.getSubjectX500Principal().getName();
        List<String> all = new ArrayList<>(uris);
        all.addAll(hosts);
        all.add(subject);
        return new PeerIdentity(
                uris,
                hosts,
                subject,
                leaf.getSerialNumber().toString(16),
                fingerprint(leaf),
                isVerified,
                all);
    }

    /// Lower-case hex SHA-256 of the DER form.
    static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(sha256(certificate.getEncoded()));
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a parsed certificate has no encoding", e);
        }
    }

    /// Base64 SHA-256 of the public key, as `verify_certificate_spki` has it.
    static String spkiPin(X509Certificate certificate) {
        return Base64.getEncoder().encodeToString(sha256(certificate.getPublicKey().getEncoded()));
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
