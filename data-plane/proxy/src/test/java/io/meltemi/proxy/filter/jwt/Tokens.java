package io.meltemi.proxy.filter.jwt;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// An issuer with one key, made for a test. Immutable.
record Tokens(String alg, String jca, KeyPair keys, @Nullable PSSParameterSpec pss) {
    static Tokens of(String alg) {
        try {
            return switch (alg) {
                case "RS256", "RS384", "RS512" ->
                        new Tokens(alg, "SHA" + alg.substring(2) + "withRSA", rsa(), null);
                case "PS256" ->
                        new Tokens(
                                alg,
                                "RSASSA-PSS",
                                rsa(),
                                new PSSParameterSpec(
                                        "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
                case "ES256" -> ec(alg, "SHA256", "secp256r1");
                case "ES384" -> ec(alg, "SHA384", "secp384r1");
                case "EdDSA" ->
                        new Tokens(
                                alg,
                                "Ed25519",
                                KeyPairGenerator.getInstance("Ed25519").generateKeyPair(),
                                null);
                default -> throw new AssertionError(alg);
            };
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static KeyPair rsa() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }

    private static Tokens ec(String alg, String hash, String curve)
            throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return new Tokens(alg, hash + "withECDSAinP1363Format", generator.generateKeyPair(), null);
    }

    String sign(String claims) {
        return sign(claims, "{\"alg\": \"" + alg + "\", \"kid\": \"k1\"}");
    }

    String sign(String claims, String header) {
        try {
            String signed =
                    base64(header.getBytes(StandardCharsets.UTF_8))
                            + "."
                            + base64(claims.getBytes(StandardCharsets.UTF_8));
            Signature signature = Signature.getInstance(jca);
            if (pss != null) {
                signature.setParameter(pss);
            }
            signature.initSign(keys.getPrivate());
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /// The public key as a set of one.
    String jwks() {
        return "{\"keys\": [{\"kid\": \"k1\", " + key() + "}]}";
    }

    private String key() {
        return switch (keys.getPublic()) {
            case RSAPublicKey rsa ->
                    "\"kty\": \"RSA\", \"n\": \"%s\", \"e\": \"%s\""
                            .formatted(
                                    number(rsa.getModulus(), 256),
                                    number(rsa.getPublicExponent(), 3));
            case ECPublicKey ec -> {
                int size = alg.equals("ES256") ? 32 : 48;
                yield "\"kty\": \"EC\", \"crv\": \"P-%s\", \"x\": \"%s\", \"y\": \"%s\""
                        .formatted(
                                alg.substring(2),
                                number(ec.getW().getAffineX(), size),
                                number(ec.getW().getAffineY(), size));
            }
            case EdECPublicKey ed -> {
                byte[] bytes = new byte[32];
                byte[] y = fixed(ed.getPoint().getY(), 32);
                for (int i = 0; i < 32; i++) {
                    bytes[i] = y[31 - i];
                }
                bytes[31] |= (byte) (ed.getPoint().isXOdd() ? 0x80 : 0);
                yield "\"kty\": \"OKP\", \"crv\": \"Ed25519\", \"x\": \"" + base64(bytes) + "\"";
            }
            default -> throw new AssertionError(alg);
        };
    }

    private static String number(BigInteger number, int size) {
        return base64(fixed(number, size));
    }

    private static byte[] fixed(BigInteger number, int size) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[size];
        int length = Math.min(bytes.length, size);
        System.arraycopy(bytes, bytes.length - length, fixed, size - length, length);
        return fixed;
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
