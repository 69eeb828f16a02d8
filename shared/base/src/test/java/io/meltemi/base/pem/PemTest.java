package io.meltemi.base.pem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PemTest {
    /// Where PKCS #8 keeps the older form of an RSA key of 2048 bits.
    private static final int PKCS1_START = 26;

    @ParameterizedTest
    @CsvSource({"EC", "RSA", "Ed25519"})
    void aKeyOfEachAlgorithmIsRead(String algorithm) throws Exception {
        PrivateKey key = KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate();

        assertThat(Pem.privateKey(pem("PRIVATE KEY", key.getEncoded()))).isEqualTo(key);
    }

    @Test
    void anRsaKeyOfTheOlderFormIsRead() throws Exception {
        PrivateKey key = rsa();
        byte[] encoded = key.getEncoded();
        byte[] older = Arrays.copyOfRange(encoded, PKCS1_START, encoded.length);

        assertThat(Pem.privateKey(pem("RSA PRIVATE KEY", older))).isEqualTo(key);
    }

    @Test
    void aKeyThatEndsEarlyIsRefusedWithoutShowingIt() throws Exception {
        byte[] cut = Arrays.copyOf(rsa().getEncoded(), 100);
        String text = new String(pem("PRIVATE KEY", cut), StandardCharsets.US_ASCII);

        assertThatThrownBy(() -> Pem.privateKey(text.getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOf(PemException.class)
                .hasMessage("is not a key of [EC, RSA, Ed25519]");
    }

    @Test
    void aTextWithoutACertificateIsRefused() {
        assertThatThrownBy(() -> Pem.certificates(pem("PUBLIC KEY", new byte[8])))
                .hasMessage("contains no certificate in PEM");
    }

    private static PrivateKey rsa() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair().getPrivate();
    }

    private static byte[] pem(String label, byte[] der) {
        String text =
                "-----BEGIN %s-----%n%s%n-----END %s-----%n"
                        .formatted(label, Base64.getMimeEncoder().encodeToString(der), label);
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
