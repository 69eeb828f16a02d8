package io.meltemi.proxy.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Certificates and keys in PEM (RFC 7468). Pure.
final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");

    private static final List<String> KEY_ALGORITHMS = List.of("EC", "RSA", "Ed25519");

    private Pem() {}

    private record Block(String label, String base64) {
        byte[] der(String what) {
            try {
                return Base64.getMimeDecoder().decode(base64);
            } catch (IllegalArgumentException e) {
                throw new TlsConfigException(what + " is not base64: " + e.getMessage(), e);
            }
        }
    }

    /// All certificates, in order.
    ///
    /// @param what names them in messages
    static List<X509Certificate> certificates(byte[] pem, String what) {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks(pem)) {
            if (block.label.equals("CERTIFICATE") || block.label.equals("TRUSTED CERTIFICATE")) {
                certificates.add(certificate(block.der(what), what));
            }
        }
        if (certificates.isEmpty()) {
            throw new TlsConfigException(what + " contains no certificate in PEM");
        }
        return List.copyOf(certificates);
    }

    private static X509Certificate certificate(byte[] der, String what) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw new TlsConfigException(what + " is not a certificate: " + e.getMessage(), e);
        }
    }

    /// All revocation lists, in order.
    ///
    /// @param what names them in messages
    static List<X509CRL> revocations(byte[] pem, String what) {
        List<X509CRL> lists = new ArrayList<>();
        try {
            for (Block block : blocks(pem)) {
                if (block.label.equals("X509 CRL")) {
                    lists.add(
                            (X509CRL)
                                    CertificateFactory.getInstance("X.509")
                                            .generateCRL(
                                                    new ByteArrayInputStream(block.der(what))));
                }
            }
        } catch (CertificateException | CRLException e) {
            throw new TlsConfigException(what + " is not a list: " + e.getMessage(), e);
        }
        if (lists.isEmpty()) {
            throw new TlsConfigException(what + " contains no revocation list in PEM");
        }
        return List.copyOf(lists);
    }

    /// The first private key: PKCS #8, PKCS #1 (`RSA PRIVATE KEY`) or SEC 1 (`EC PRIVATE KEY`).
    static PrivateKey privateKey(byte[] pem, String what) {
        for (Block block : blocks(pem)) {
            switch (block.label) {
                case "PRIVATE KEY" -> {
                    return key(block.der(what), what);
                }
                case "RSA PRIVATE KEY" -> {
                    return key(Pkcs8.ofRsa(block.der(what)), what);
                }
                case "EC PRIVATE KEY" -> {
                    return key(Pkcs8.ofEc(block.der(what)), what);
                }
                case "ENCRYPTED PRIVATE KEY" ->
                        throw new TlsConfigException(
                                what + " is encrypted; encrypted keys are not supported");
                default -> {}
            }
        }
        throw new TlsConfigException(what + " contains no private key in PEM");
    }

    private static PrivateKey key(byte[] pkcs8, String what) {
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(pkcs8);
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (GeneralSecurityException _) {
                // The encoding names its algorithm, and the other factories refuse it.
            }
        }
        throw new TlsConfigException(what + " is not a key of " + KEY_ALGORITHMS);
    }

    private static List<Block> blocks(byte[] pem) {
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(new String(pem, StandardCharsets.US_ASCII));
        while (matcher.find()) {
            blocks.add(new Block(matcher.group(1), matcher.group(2)));
        }
        return blocks;
    }
}
