package io.meltemi.proxy.tls;

import io.meltemi.base.pem.PemException;
import java.security.PrivateKey;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.List;

/// What stands in a configuration in PEM; what does not fit is refused by its place. Pure.
final class Pem {
    private Pem() {}

    /// All certificates, in order.
    ///
    /// @param what names them in messages
    static List<X509Certificate> certificates(byte[] pem, String what) {
        try {
            return io.meltemi.base.pem.Pem.certificates(pem);
        } catch (PemException e) {
            throw refused(what, e);
        }
    }

    /// All revocation lists, in order.
    ///
    /// @param what names them in messages
    static List<X509CRL> revocations(byte[] pem, String what) {
        try {
            return io.meltemi.base.pem.Pem.revocations(pem);
        } catch (PemException e) {
            throw refused(what, e);
        }
    }

    /// The first private key.
    static PrivateKey privateKey(byte[] pem, String what) {
        try {
            return io.meltemi.base.pem.Pem.privateKey(pem);
        } catch (PemException e) {
            throw refused(what, e);
        }
    }

    private static TlsConfigException refused(String what, PemException e) {
        return new TlsConfigException(what + " " + e.getMessage(), e);
    }
}
