package io.meltemi.proxy.tls;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsSessionTicketKeys;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The keys of one proxy's session tickets: any of its listeners resumes what another began, and no
/// session is kept in memory. Thread-safe: each array is immutable.
///
/// That two contexts share keys does not let one's sessions into the other: sessions carry an id
/// made of what their context asks of clients (see [ContextFactory]), and BoringSSL refuses others.
final class TicketKeys {
    /// The one in use and the one before it, so that a rotation costs nobody a full handshake.
    private static final int KEPT = 2;

    /// Envoy's keys: a name of 16 bytes, 32 for the HMAC and 32 for AES.
    private static final int CONFIGURED_SIZE = 80;

    private static final int CONFIGURED_AES = 48;

    private final SecureRandom random = new SecureRandom();
    private volatile OpenSslSessionTicketKey[] keys; // Replaced under this.

    TicketKeys() {
        keys = new OpenSslSessionTicketKey[] {fresh()};
    }

    private TicketKeys(OpenSslSessionTicketKey[] keys) {
        this.keys = keys;
    }

    /// Keys that several proxies share. Of each half only the first 16 bytes are used, which is
    /// what the TLS library takes: proxies of this kind open each other's tickets, not Envoy's.
    ///
    /// @param at where they stand, for messages
    static TicketKeys of(TlsSessionTicketKeys proto, String at) {
        List<String> problems = new ArrayList<>();
        List<OpenSslSessionTicketKey> keys = new ArrayList<>();
        for (int i = 0; i < proto.getKeysCount(); i++) {
            String place = at + ".keys[" + i + "]";
            byte[] bytes = DataSources.read(proto.getKeys(i), place);
            if (bytes.length == CONFIGURED_SIZE) {
                keys.add(key(bytes, OpenSslSessionTicketKey.NAME_SIZE, CONFIGURED_AES));
            } else {
                problems.add(place + " has " + bytes.length + " bytes, not " + CONFIGURED_SIZE);
            }
        }
        if (proto.getKeysCount() == 0) {
            problems.add(at + ".keys is empty");
        }
        if (!problems.isEmpty()) {
            throw new TlsConfigException(problems);
        }
        return new TicketKeys(keys.toArray(OpenSslSessionTicketKey[]::new));
    }

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
        return key(bytes, hmac, hmac + OpenSslSessionTicketKey.HMAC_KEY_SIZE);
    }

    private static OpenSslSessionTicketKey key(byte[] bytes, int hmac, int aes) {
        return new OpenSslSessionTicketKey(
                Arrays.copyOfRange(bytes, 0, OpenSslSessionTicketKey.NAME_SIZE),
                Arrays.copyOfRange(bytes, hmac, hmac + OpenSslSessionTicketKey.HMAC_KEY_SIZE),
                Arrays.copyOfRange(bytes, aes, aes + OpenSslSessionTicketKey.AES_KEY_SIZE));
    }
}
