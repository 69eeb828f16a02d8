package io.meltemi.proxy.tls;

import java.io.IOException;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The names that a trusted authority may vouch for (RFC 5280 §4.2.1.10). Thread-safe: immutable.
///
/// The JDK's path builder looks at the limits of authorities in between, and not at those of the
/// trusted one; BoringSSL, and so Envoy, looks at both.
final class NameLimits {
    private static final String EXTENSION = "2.5.29.30";

    private final X509CertSelector selector;

    private NameLimits(X509CertSelector selector) {
        this.selector = selector;
    }

    /// Null where the authority may vouch for anybody.
    static @Nullable NameLimits of(X509Certificate authority) {
        byte[] wrapped = authority.getExtensionValue(EXTENSION);
        if (wrapped == null) {
            return null;
        }
        X509CertSelector selector = new X509CertSelector();
        try {
            selector.setNameConstraints(content(wrapped));
        } catch (IOException e) {
            throw new TlsConfigException(
                    "trusted_ca: the name constraints of "
                            + authority.getSubjectX500Principal().getName()
                            + " cannot be read: "
                            + e.getMessage(),
                    e);
        }
        return new NameLimits(selector);
    }

    /// What stands in an octet string of DER.
    private static byte[] content(byte[] octets) {
        int lengthBytes = octets[1] >= 0 ? 0 : octets[1] & 0x7f;
        return Arrays.copyOfRange(octets, 2 + lengthBytes, octets.length);
    }

    /// Whether the leaf has only names within the limits, and so has each authority in between that
    /// somebody else signed.
    boolean allow(X509Certificate[] chain) {
        for (int i = 0; i < chain.length; i++) {
            boolean isSelfIssued =
                    chain[i].getSubjectX500Principal().equals(chain[i].getIssuerX500Principal());
            if ((i == 0 || !isSelfIssued) && !selector.match(chain[i])) {
                return false;
            }
        }
        return true;
    }
}
