package io.meltemi.proxy.tls;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who the other side of a TLS connection is, by the certificate it showed. Immutable.
///
/// @param uriSans in the certificate's order; a workload has one, its SPIFFE id
/// @param dnsSans in the certificate's order
/// @param subject RFC 2253
/// @param serial hexadecimal, lower case
/// @param sha256Fingerprint of the DER form, hexadecimal, lower case
/// @param isVerified whether its chain was checked against a CA bundle; a name in an unverified
///   certificate is a claim
/// @param names as policies know it: its URIs, then its DNS names, then its subject
public record PeerIdentity(
        List<String> uriSans,
        List<String> dnsSans,
        String subject,
        String serial,
        String sha256Fingerprint,
        boolean isVerified,
        List<String> names) {
    private static final AttributeKey<PeerIdentity> KEY = AttributeKey.valueOf("meltemi.peer");

    public PeerIdentity {
        uriSans = List.copyOf(uriSans);
        dnsSans = List.copyOf(dnsSans);
        names = List.copyOf(names);
    }

    /// The peer of a channel whose handshake is over; null when it showed no certificate.
    public static @Nullable PeerIdentity of(Channel channel) {
        return channel.attr(KEY).get();
    }

    void attachTo(Channel channel) {
        channel.attr(KEY).set(this);
    }

    /// The names of a verified certificate, else none.
    public List<String> verifiedNames() {
        return isVerified ? names : List.of();
    }

    /// The first URI SAN of a verified certificate, or null.
    public @Nullable String verifiedUri() {
        return isVerified && !uriSans.isEmpty() ? uriSans.getFirst() : null;
    }
}
