package io.meltemi.citadel.ca;

import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.util.io.pem.PemObject;

/// Keys and certificates as the text that files and SDS carry (RFC 7468).
final class Pem {
    private static final int LINE = 64;

    private Pem() {}

    static String certificate(X509Certificate certificate) {
        try {
            return block("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate we hold cannot be encoded", e);
        }
    }

    static String privateKey(PrivateKey key) {
        return block("PRIVATE KEY", key.getEncoded());
    }

    static String block(String type, byte[] der) {
        String body = Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }

    static X509Certificate readCertificate(String pem) throws IOException {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            byte[] der = read(pem, "CERTIFICATE");
            return (X509Certificate)
                    factory.generateCertificate(new java.io.ByteArrayInputStream(der));
        } catch (GeneralSecurityException e) {
            throw new IOException("not a certificate: " + e.getMessage(), e);
        }
    }

    /// All certificates of a text, in its order.
    static List<X509Certificate> readCertificates(String pem) throws IOException {
        List<X509Certificate> all = new ArrayList<>();
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            JcaX509CertificateConverter converter = new JcaX509CertificateConverter();
            for (Object found = parser.readObject(); found != null; found = parser.readObject()) {
                if (!(found instanceof X509CertificateHolder certificate)) {
                    throw new IOException("something else than certificates stands in it");
                }
                all.add(converter.getCertificate(certificate));
            }
        } catch (CertificateException e) {
            throw new IOException("not a certificate: " + e.getMessage(), e);
        }
        if (all.isEmpty()) {
            throw new IOException("no PEM block 'CERTIFICATE'");
        }
        return all;
    }

    static byte[] read(String pem, String type) throws IOException {
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            PemObject object = parser.readPemObject();
            if (object == null || !object.getType().equals(type)) {
                throw new IOException("no PEM block '" + type + "'");
            }
            return object.getContent();
        }
    }
}
