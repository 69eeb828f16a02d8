package io.meltemi.proxy.filter.jwt;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Tokens whose signature only looks right are refused. Confined to its test.
final class SignatureVectorsTest {
    private static final String CLAIMS = "{\"iss\": \"a\"}";

    private final Tokens issuer = Tokens.of("ES256");

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"})
    void anySingleBitMakesASignatureWorthless(String alg) {
        Tokens own = Tokens.of(alg);
        String token = own.sign(CLAIMS);
        int dot = token.lastIndexOf('.');
        byte[] signature = Base64.getUrlDecoder().decode(token.substring(dot + 1));
        assertThat(Jws.isBelieved(token, own.jwks())).isTrue();

        for (int bit = 0; bit < 8 * signature.length; bit += 7) {
            byte[] changed = signature.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            String forged = token.substring(0, dot + 1) + Tokens.base64(changed);
            assertThat(Jws.isBelieved(forged, own.jwks())).as("bit %d", bit).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE", "nOnE", "", "HS256", "HS384", "ES256K", "RS1"})
    void whatIsNoSignatureOfAKeyPairIsRefused(String alg) {
        String token = issuer.sign(CLAIMS, "{\"alg\": \"" + alg + "\"}");

        assertThat(Jws.isBelieved(token, issuer.jwks())).isFalse();
        assertThat(Jws.isBelieved(token.substring(0, token.lastIndexOf('.') + 1), issuer.jwks()))
                .isFalse();
    }

    /// A public key is no shared secret, whatever the token says of it.
    @Test
    void thePublicKeyIsNoSecret() throws GeneralSecurityException {
        Tokens rsa = Tokens.of("RS256");
        for (byte[] secret :
                List.of(
                        rsa.keys().getPublic().getEncoded(),
                        rsa.jwks().getBytes(UTF_8),
                        Base64.getMimeEncoder().encode(rsa.keys().getPublic().getEncoded()))) {
            String signed =
                    Tokens.base64("{\"alg\": \"HS256\", \"kid\": \"k1\"}".getBytes(UTF_8))
                            + "."
                            + Tokens.base64(CLAIMS.getBytes(UTF_8));
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            String forged = signed + "." + Tokens.base64(mac.doFinal(signed.getBytes(US_ASCII)));

            assertThat(Jws.isBelieved(forged, rsa.jwks())).isFalse();
        }
        assertThat(Jws.isBelieved(rsa.sign(CLAIMS), sharedSecret())).isFalse();
    }

    private static String sharedSecret() {
        return "{\"keys\": [{\"kty\": \"oct\", \"kid\": \"k1\", \"k\": \"c2VjcmV0\"}]}";
    }

    /// Numbers for which a careless verifier divides by zero or takes any text.
    @Test
    void ecdsaNumbersOutOfTheirRangeAreRefused() {
        BigInteger order = ((ECPublicKey) issuer.keys().getPublic()).getParams().getOrder();
        List<BigInteger> edges =
                List.of(
                        BigInteger.ZERO,
                        BigInteger.ONE,
                        order.subtract(BigInteger.ONE),
                        order,
                        order.add(BigInteger.ONE),
                        BigInteger.TWO.pow(256).subtract(BigInteger.ONE));
        String token = issuer.sign(CLAIMS);
        String signed = token.substring(0, token.lastIndexOf('.') + 1);

        for (BigInteger r : edges) {
            for (BigInteger s : edges) {
                byte[] signature = new byte[64];
                write(r, signature, 0);
                write(s, signature, 32);
                assertThat(Jws.isBelieved(signed + Tokens.base64(signature), issuer.jwks()))
                        .as("%s %s", r, s)
                        .isFalse();
            }
        }
    }

    private static void write(BigInteger number, byte[] into, int at) {
        byte[] bytes = number.toByteArray();
        int length = Math.min(bytes.length, 32);
        System.arraycopy(bytes, bytes.length - length, into, at + 32 - length, length);
    }

    /// RFC 7518 §3.4: two numbers side by side, and nothing else.
    @Test
    void anotherFormOfTheSameSignatureIsRefused() throws GeneralSecurityException {
        String token = issuer.sign(CLAIMS);
        String signed = token.substring(0, token.lastIndexOf('.'));
        Signature der = Signature.getInstance("SHA256withECDSA");
        der.initSign(issuer.keys().getPrivate());
        der.update(signed.getBytes(US_ASCII));
        byte[] plain = Base64.getUrlDecoder().decode(token.substring(signed.length() + 1));

        for (byte[] other :
                List.of(
                        der.sign(),
                        padded(plain),
                        Arrays.copyOf(plain, 63),
                        Arrays.copyOf(plain, 66),
                        Arrays.copyOf(plain, 32),
                        new byte[64])) {
            assertThat(Jws.isBelieved(signed + "." + Tokens.base64(other), issuer.jwks()))
                    .isFalse();
        }
    }

    /// The same two numbers, each with a zero before it.
    private static byte[] padded(byte[] plain) {
        byte[] padded = new byte[66];
        System.arraycopy(plain, 0, padded, 1, 32);
        System.arraycopy(plain, 32, padded, 34, 32);
        return padded;
    }

    /// What a token says of its own key is what its forger says.
    @Test
    void aKeyInTheTokenIsNotBelieved() {
        Tokens forger = Tokens.of("ES256");
        String jwk = forger.jwks().replace("{\"keys\": [", "").replace("]}", "");
        for (String claim :
                List.of(
                        "\"jwk\": " + jwk,
                        "\"jku\": \"https://forger.example/keys\"",
                        "\"x5u\": \"https://forger.example/chain\"",
                        "\"kid\": \"../../dev/null\"",
                        "\"kid\": \"k1\"")) {
            String token = forger.sign(CLAIMS, "{\"alg\": \"ES256\", " + claim + "}");

            assertThat(Jws.isBelieved(token, issuer.jwks())).as(claim).isFalse();
        }
    }

    /// RFC 7517 §4.2, §4.3: a key that is there to encrypt proves nothing.
    @ParameterizedTest
    @ValueSource(strings = {"\"use\": \"enc\"", "\"key_ops\": [\"encrypt\", \"wrapKey\"]"})
    void aKeyForAnotherUseIsNotTaken(String use) {
        String keys = issuer.jwks().replace("\"kid\"", use + ", \"kid\"");

        assertThat(Jws.isBelieved(issuer.sign(CLAIMS), keys)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"use\": \"sig\"", "\"key_ops\": [\"verify\"]"})
    void aKeyForSignaturesIsTaken(String use) {
        String keys = issuer.jwks().replace("\"kid\"", use + ", \"kid\"");

        assertThat(Jws.isBelieved(issuer.sign(CLAIMS), keys)).isTrue();
    }

    /// Those of C2SP's Wycheproof that are about what we verify.
    @Test
    void vectorsOfWycheproofGetTheRightVerdict() throws IOException {
        Path folder = wycheproof();
        assumeTrue(folder != null, "skipped: no shared/data/wycheproof");
        WycheproofReport report = new WycheproofReport();
        try (var files = Files.list(Objects.requireNonNull(folder))) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith("_test.json")).sorted().toList()) {
                report.read(file);
            }
        }
        System.out.println(
                "Wycheproof: "
                        + report.right()
                        + " verdicts are right, apart are "
                        + report.apart());
        assertThat(report.wrong()).isEmpty();
        assertThat(report.right()).isPositive();
    }

    private static @Nullable Path wycheproof() {
        String named = System.getProperty("wycheproof");
        if (named != null) {
            return Path.of(named);
        }
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("shared/data/wycheproof"))) {
            folder = folder.getParent();
        }
        return folder == null ? null : folder.resolve("shared/data/wycheproof");
    }
}
