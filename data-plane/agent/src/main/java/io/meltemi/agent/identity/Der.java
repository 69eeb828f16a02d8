package io.meltemi.agent.identity;

import java.io.ByteArrayOutputStream;

/// The few DER encodings that a certificate request is made of (ITU-T X.690). Thread-safe: without
/// state.
///
/// Why not a library: the one there is costs each sidecar 5 MB and the slowest part of its start,
/// for one message of 300 bytes.
final class Der {
    static final int BOOLEAN = 0x01;
    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int OBJECT_IDENTIFIER = 0x06;
    static final int SEQUENCE = 0x30;
    static final int SET = 0x31;

    private static final int LONGEST_SHORT_FORM = 0x7f;

    private Der() {}

    /// One element around all parts, in their order.
    static byte[] of(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        writeLength(element, content.size());
        element.writeBytes(content.toByteArray());
        return element.toByteArray();
    }

    /// @param arcs at least two
    static byte[] objectIdentifier(int... arcs) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.write(arcs[0] * 40 + arcs[1]);
        for (int i = 2; i < arcs.length; i++) {
            writeBase128(content, arcs[i]);
        }
        return of(OBJECT_IDENTIFIER, content.toByteArray());
    }

    /// A tag of its context, as in `[6] IMPLICIT`.
    static int context(int number, boolean isConstructed) {
        return 0x80 | (isConstructed ? 0x20 : 0) | number;
    }

    private static void writeLength(ByteArrayOutputStream out, int length) {
        if (length <= LONGEST_SHORT_FORM) {
            out.write(length);
            return;
        }
        int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
        out.write(0x80 | bytes);
        for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
            out.write(length >>> shift);
        }
    }

    private static void writeBase128(ByteArrayOutputStream out, int arc) {
        int groups = Math.max(1, (Integer.SIZE - Integer.numberOfLeadingZeros(arc) + 6) / 7);
        for (int group = groups - 1; group >= 0; group--) {
            int bits = arc >>> (group * 7) & 0x7f;
            out.write(group == 0 ? bits : bits | 0x80);
        }
    }
}
