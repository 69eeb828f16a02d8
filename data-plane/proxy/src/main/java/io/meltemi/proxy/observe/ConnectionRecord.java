package io.meltemi.proxy.observe;

import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// What is known about one TLS or plain connection, made once when it is ready (after the
/// handshake) and shared by all its exchanges. Immutable.
///
/// @param id unique in this process (`%CONNECTION_ID%`)
/// @param remoteAddress the peer, as the proxy protocol may have told it, or
///   `%UPSTREAM_REMOTE_ADDRESS%`
/// @param directRemoteAddress the peer of the socket: `%DOWNSTREAM_DIRECT_REMOTE_ADDRESS%`
/// @param localAddress our side; the original destination on a redirected downstream connection
/// @param directLocalAddress our side as the socket has it
/// @param tls null on plain text
public record ConnectionRecord(
        long id,
        AddressText remoteAddress,
        AddressText directRemoteAddress,
        AddressText localAddress,
        AddressText directLocalAddress,
        @Nullable Tls tls) {

    /// Without a proxy protocol.
    public ConnectionRecord(
            long id,
            AddressText remoteAddress,
            AddressText localAddress,
            AddressText directLocalAddress,
            @Nullable Tls tls) {
        this(id, remoteAddress, remoteAddress, localAddress, directLocalAddress, tls);
    }

    /// @param version `TLSv1.3`
    /// @param cipher `TLS_AES_128_GCM_SHA256`
    /// @param peerUri first URI SAN of the peer's certificate
    /// @param peerSubject as `CN=x,O=y`
    /// @param localUri first URI SAN of our certificate
    /// @param mutual whether the peer showed a certificate
    /// @param session for what is seldom asked for: the whole certificates
    public record Tls(
            @Nullable String version,
            @Nullable String cipher,
            @Nullable String peerUri,
            @Nullable String peerSubject,
            @Nullable String localUri,
            @Nullable String localSubject,
            @Nullable String peerSerial,
            boolean mutual,
            @Nullable SSLSession session) {}
}
