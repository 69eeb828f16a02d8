package io.meltemi.proxy.tls;

import io.netty.handler.ssl.OpenSslSessionTicketKey;
import java.security.SecureRandom;
import java.util.Arrays;

/// The keys of one proxy's session tickets: any of its listeners resumes what another began, and no
/// session is kept in memory. Thread-safe: each array is immutable.
///
/// That two contexts share keys does not let one's sessions into the other: sessions carry an id
/// made of what their context asks of clients (see [ContextFactory]), and BoringSSL refuses others.
final class TicketKeys {
    /// The one in use and the one before it, so that a rotation costs nobody a full handshake.
    private static final int KEPT = 2;

    private final SecureRandom random = new SecureRandom();
    private volatile OpenSslSessionTicketKey[] keys = {fresh()}; // Replaced under this.

    /// The first one seals; the others only open.
    OpenSslSessionTicketKey[] current() {
        return keys;
    }

    synchronized void rotate() {
        OpenSslSessionTicketKey[] next = new OpenSslSessionTicketKey[KEPT];
        next[0] = fresh();
        next[1] = keys[0];
        keys = next;
    }

    private OpenSslSessionTicketKey fresh() {
        byte[] bytes = new byte[OpenSslSessionTicketKey.TICKET_KEY_SIZE];
        random.nextBytes(bytes);
        int hmac = OpenSslSessionTicketKey.NAME_SIZE;
        int aes = hmac + OpenSslSessionTicketKey.HMAC_KEY_SIZE;
        return new OpenSslSessionTicketKey(
                Arrays.copyOfRange(bytes, 0, hmac),
                Arrays.copyOfRange(bytes, hmac, aes),
                Arrays.copyOfRange(bytes, aes, bytes.length));
    }
}
