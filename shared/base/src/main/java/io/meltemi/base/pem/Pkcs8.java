package io.meltemi.base.pem;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/// Wraps the older encodings of private keys into PKCS #8 (RFC 5208), the one the JDK reads. Pure.
final class Pkcs8 {
    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final int OBJECT_ID = 0x06;

    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

    /// rsaEncryption (1.2.840.113549.1.1.1) and its NULL parameters.
    private static final byte[] RSA = {
        0x06,
        0x09,
        0x2a,
        (byte) 0x86,
        0x48,
        (byte) 0x86,
        (byte) 0xf7,
        0x0d,
        0x01,
        0x01,
        0x01,
        0x05,
        0x00
    };

    /// id-ecPublicKey (1.2.840.10045.2.1); the curve follows.
    private static final byte[] EC = {
        0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01
    };

    private Pkcs8() {}

    static byte[] ofRsa(byte[] pkcs1) {
        return wrap(RSA, pkcs1);
    }

    /// @param sec1 RFC 5915, with its curve inside
    static byte[] ofEc(byte[] sec1) throws PemException {
        return wrap(join(EC, curve(sec1)), sec1);
    }

    /// The named curve's object identifier: the only one in the structure.
    private static byte[] curve(byte[] sec1) throws PemException {
        // SEQUENCE { INTEGER 1, OCTET STRING key, [0] { OID } ... }: step over the key, whose
        // octets may look like anything.
        int at = content(sec1, 0);
        at = behind(sec1, at);
        at = behind(sec1, at);
        if (at < sec1.length && (sec1[at] & 0xff) == 0xa0) {
            int oid = content(sec1, at);
            if (oid < sec1.length && sec1[oid] == OBJECT_ID) {
                return Arrays.copyOfRange(sec1, oid, behind(sec1, oid));
            }
        }
        throw new PemException("holds an EC PRIVATE KEY that names no curve");
    }

    private static int content(byte[] der, int at) throws PemException {
        if (at + 1 >= der.length) {
            throw new PemException("holds a private key that ends early");
        }
        int length = der[at + 1] & 0xff;
        return at + 2 + (length < 0x80 ? 0 : length & 0x7f);
    }

    private static int behind(byte[] der, int at) throws PemException {
        int start = content(der, at);
        int length = der[at + 1] & 0xff;
        if (length >= 0x80) {
            int octets = length & 0x7f;
            length = 0;
            for (int i = 0; i < octets && at + 2 + i < der.length; i++) {
                length = (length << 8) | (der[at + 2 + i] & 0xff);
            }
        }
        if (length < 0 || start + length > der.length) {
            throw new PemException("holds a private key that ends early");
        }
        return start + length;
    }

    private static byte[] wrap(byte[] algorithm, byte[] key) {
        return element(
                SEQUENCE,
                join(VERSION_0, element(SEQUENCE, algorithm), element(OCTET_STRING, key)));
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length < 0x80) {
            out.write(content.length);
        } else {
            int octets = content.length < 0x100 ? 1 : content.length < 0x10000 ? 2 : 3;
            out.write(0x80 | octets);
            for (int shift = (octets - 1) * 8; shift >= 0; shift -= 8) {
                out.write(content.length >> shift);
            }
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
