package io.meltemi.base.pem;

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
public final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");

    private static final List<String> KEY_ALGORITHMS = List.of("EC", "RSA", "Ed25519");

    private Pem() {}

    private record Block(String label, String base64) {
        byte[] der() throws PemException {
            try {
                return Base64.getMimeDecoder().decode(base64);
            } catch (IllegalArgumentException e) {
                throw new PemException("is not base64", e);
            }
        }
    }

    /// All certificates, in order.
    public static List<X509Certificate> certificates(byte[] pem) throws PemException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks(pem)) {
            if (block.label.equals("CERTIFICATE") || block.label.equals("TRUSTED CERTIFICATE")) {
                certificates.add(certificate(block.der()));
            }
        }
        if (certificates.isEmpty()) {
            throw new PemException("contains no certificate in PEM");
        }
        return List.copyOf(certificates);
    }

    private static X509Certificate certificate(byte[] der) throws PemException {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw new PemException("is not a certificate: " + e.getMessage(), e);
        }
    }

    /// All revocation lists, in order.
    public static List<X509CRL> revocations(byte[] pem) throws PemException {
        List<X509CRL> lists = new ArrayList<>();
        try {
            for (Block block : blocks(pem)) {
                if (block.label.equals("X509 CRL")) {
                    lists.add(
                            (X509CRL)
                                    CertificateFactory.getInstance("X.509")
                                            .generateCRL(new ByteArrayInputStream(block.der())));
                }
            }
        } catch (CertificateException | CRLException e) {
            throw new PemException("is not a list: " + e.getMessage(), e);
        }
        if (lists.isEmpty()) {
            throw new PemException("contains no revocation list in PEM");
        }
        return List.copyOf(lists);
    }

    /// The first private key: PKCS #8, PKCS #1 (`RSA PRIVATE KEY`) or SEC 1 (`EC PRIVATE KEY`).
    public static PrivateKey privateKey(byte[] pem) throws PemException {
        for (Block block : blocks(pem)) {
            switch (block.label) {
                case "PRIVATE KEY" -> {
                    return key(block.der());
                }
                case "RSA PRIVATE KEY" -> {
                    return key(Pkcs8.ofRsa(block.der()));
                }
                case "EC PRIVATE KEY" -> {
                    return key(Pkcs8.ofEc(block.der()));
                }
                case "ENCRYPTED PRIVATE KEY" ->
                        throw new PemException("is encrypted; encrypted keys are not supported");
                default -> {}
            }
        }
        throw new PemException("contains no private key in PEM");
    }

    private static PrivateKey key(byte[] pkcs8) throws PemException {
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(pkcs8);
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (GeneralSecurityException _) {
                // The encoding names its algorithm, and the other factories refuse it.
            }
        }
        throw new PemException("is not a key of " + KEY_ALGORITHMS);
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
