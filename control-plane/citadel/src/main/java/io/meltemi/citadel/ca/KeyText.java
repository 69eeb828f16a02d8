package io.meltemi.citadel.ca;

import java.io.IOException;
import java.io.StringReader;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.util.Optional;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.util.io.pem.PemObject;

/// Private keys as text: PKCS #8, plain or encrypted (PBES2 with AES-256), and the older forms that
/// OpenSSL writes, which are read only.
final class KeyText {
    /// What OWASP advises for PBKDF2 with SHA-256; 0.2 s at each start.
    private static final int ITERATIONS = 600_000;

    private static final AlgorithmIdentifier HMAC_SHA256 =
            new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE);

    private static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();

    private KeyText() {}

    static String write(PrivateKey key, Optional<Passphrase> passphrase) throws IOException {
        if (passphrase.isEmpty()) {
            return Pem.privateKey(key);
        }
        try {
            var encryptor =
                    new JceOpenSSLPKCS8EncryptorBuilder(NISTObjectIdentifiers.id_aes256_CBC)
                            .setProvider(PROVIDER)
                            .setRandom(new SecureRandom())
                            .setPRF(HMAC_SHA256)
                            .setIterationCount(ITERATIONS)
                            .setPassword(passphrase.get().characters())
                            .build();
            PemObject object = new JcaPKCS8Generator(key, encryptor).generate();
            return Pem.block(object.getType(), object.getContent());
        } catch (OperatorCreationException e) {
            throw new IOException("the key cannot be encrypted: " + e.getMessage(), e);
        }
    }

    /// @throws IOException when it is no private key, or encrypted and the passphrase is missing or
    ///   wrong; the message says nothing of what stands in it
    static PrivateKey read(String pem, Optional<Passphrase> passphrase) throws IOException {
        return new JcaPEMKeyConverter().getPrivateKey(info(pem, passphrase));
    }

    static boolean isEncrypted(String pem) {
        return pem.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----");
    }

    private static PrivateKeyInfo info(String pem, Optional<Passphrase> passphrase)
            throws IOException {
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            for (Object found = parser.readObject(); found != null; found = parser.readObject()) {
                switch (found) {
                    case PrivateKeyInfo plain -> {
                        return plain;
                    }
                    case PEMKeyPair pair -> {
                        return pair.getPrivateKeyInfo();
                    }
                    case PKCS8EncryptedPrivateKeyInfo encrypted -> {
                        return decrypt(encrypted, passphrase);
                    }
                    case PEMEncryptedKeyPair _ ->
                            throw new IOException(
                                    "it is encrypted in OpenSSL's old way: convert it with `openssl"
                                            + " pkcs8 -topk8`");
                    // Curve parameters stand before the key in files that OpenSSL writes.
                    default -> {}
                }
            }
        }
        throw new IOException("no PEM block with a private key");
    }

    private static PrivateKeyInfo decrypt(
            PKCS8EncryptedPrivateKeyInfo encrypted, Optional<Passphrase> passphrase)
            throws IOException {
        if (passphrase.isEmpty()) {
            throw new IOException("it is encrypted, and no passphrase was given");
        }
        try {
            return encrypted.decryptPrivateKeyInfo(
                    new JceOpenSSLPKCS8DecryptorProviderBuilder()
                            .setProvider(PROVIDER)
                            .build(passphrase.get().characters()));
        } catch (OperatorCreationException | PKCSException e) {
            throw new IOException("the passphrase does not open it", e);
        }
    }
}
