package io.meltemi.cli.demo.program;

/// Tells a TLS connection's bytes from others.
final class TlsRecords {
    private static final int HEADER_BYTES = 5;

    /// RFC 8446 §5.2: a protected record is at most 256 bytes longer than 2^14.
    private static final int LONGEST = 16_384 + 256;

    private TlsRecords() {}

    /// Whether these bytes of one direction are TLS records from the first to the last one; the
    /// last may be cut off. No bytes at all are none.
    static boolean only(byte[] bytes) {
        int at = 0;
        while (at + HEADER_BYTES <= bytes.length) {
            int type = bytes[at];
            int length = ((bytes[at + 3] & 0xff) << 8) | (bytes[at + 4] & 0xff);
            // change_cipher_spec, alert, handshake, application_data; major version 3
            if (type < 20 || type > 23 || bytes[at + 1] != 3 || length > LONGEST) {
                return false;
            }
            at += HEADER_BYTES + length;
        }
        return bytes.length > 0;
    }
}
