package io.meltemi.proxy.filter.jwt;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The public keys of an issuer (RFC 7517). Immutable.
///
/// Keys that cannot be read, or are of a kind we do not take (shared secrets above all), are left
/// out, as Envoy leaves them out; a set without any usable key refuses every token.
record Jwks(List<Key> keys) {
    Jwks {
        keys = List.copyOf(keys);
    }

    /// @param type `RSA`, `EC/P-256`, `OKP/Ed25519`
    record Key(String kid, String alg, String type, PublicKey key) {}

    /// Null when the text is no JSON object with `keys`.
    static @Nullable Jwks parse(String json) {
        Map<String, Object> tree = JsonTree.parse(json);
        if (tree == null || !(tree.get("keys") instanceof List<?> list)) {
            return null;
        }
        List<Key> keys = new ArrayList<>();
        for (Object one : list) {
            Key key = one instanceof Map<?, ?> map ? key(map) : null;
            if (key != null) {
                keys.add(key);
            }
        }
        return new Jwks(keys);
    }

    /// Envoy: a key is tried when its kid and its alg, where both sides have them, are the token's.
    JwtStatus verify(Jwt jwt) {
        JwtAlgorithm algorithm = JwtAlgorithm.of(jwt.alg());
        if (algorithm == null) {
            return JwtStatus.HEADER_ALG_NOT_SUPPORTED;
        }
        if (keys.isEmpty()) {
            return JwtStatus.NO_VALID_KEYS;
        }
        byte[] signed = jwt.signed().getBytes(StandardCharsets.US_ASCII);
        byte[] signature = jwt.signature();
        boolean tried = false;
        for (int i = 0; i < keys.size(); i++) {
            Key key = keys.get(i);
            boolean kidFits = jwt.kid().isEmpty() || key.kid.isEmpty() || jwt.kid().equals(key.kid);
            boolean algFits = key.alg.isEmpty() || key.alg.equals(jwt.alg());
            if (!kidFits || !algFits) {
                continue;
            }
            tried = true;
            if (algorithm.takes(key.type) && algorithm.verifies(key.key, signed, signature)) {
                return JwtStatus.OK;
            }
        }
        return tried ? JwtStatus.VERIFICATION_FAILS : JwtStatus.NO_KEY_MATCHES;
    }

    private static @Nullable Key key(Map<?, ?> jwk) {
        if (!isForSignatures(jwk)) {
            return null;
        }
        try {
            return switch (text(jwk, "kty")) {
                case "RSA" -> made(jwk, "RSA", rsa(jwk));
                case "EC" -> made(jwk, "EC/" + text(jwk, "crv"), ec(jwk));
                case "OKP" -> made(jwk, "OKP/" + text(jwk, "crv"), ed25519(jwk));
                default -> null;
            };
        } catch (GeneralSecurityException | IllegalArgumentException _) {
            return null;
        }
    }

    /// RFC 7517 §4.2, §4.3: what a key is for, where its issuer says so. Envoy does not look.
    private static boolean isForSignatures(Map<?, ?> jwk) {
        boolean mayVerify =
                !(jwk.get("key_ops") instanceof List<?> operations)
                        || operations.contains("verify");
        return mayVerify && !text(jwk, "use").equals("enc");
    }

    private static Key made(Map<?, ?> jwk, String type, PublicKey key) {
        return new Key(text(jwk, "kid"), text(jwk, "alg"), type, key);
    }

    private static PublicKey rsa(Map<?, ?> jwk) throws GeneralSecurityException {
        return KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(number(jwk, "n"), number(jwk, "e")));
    }

    private static PublicKey ec(Map<?, ?> jwk) throws GeneralSecurityException {
        String curve =
                switch (text(jwk, "crv")) {
                    case "P-256" -> "secp256r1";
                    case "P-384" -> "secp384r1";
                    case "P-521" -> "secp521r1";
                    default -> throw new IllegalArgumentException("unknown curve");
                };
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(curve));
        ECPoint point = new ECPoint(number(jwk, "x"), number(jwk, "y"));
        return KeyFactory.getInstance("EC")
                .generatePublic(
                        new ECPublicKeySpec(
                                point, parameters.getParameterSpec(ECParameterSpec.class)));
    }

    /// RFC 8032 §5.1.2: little-endian y, with the sign of x in the last bit.
    private static PublicKey ed25519(Map<?, ?> jwk) throws GeneralSecurityException {
        byte[] bytes = Base64.getUrlDecoder().decode(text(jwk, "x"));
        if (!text(jwk, "crv").equals("Ed25519") || bytes.length != 32) {
            throw new IllegalArgumentException("unknown curve");
        }
        boolean xIsOdd = (bytes[31] & 0x80) != 0;
        bytes[31] &= 0x7F;
        for (int i = 0; i < 16; i++) {
            byte swapped = bytes[i];
            bytes[i] = bytes[31 - i];
            bytes[31 - i] = swapped;
        }
        EdECPoint point = new EdECPoint(xIsOdd, new BigInteger(1, bytes));
        return KeyFactory.getInstance("Ed25519")
                .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point));
    }

    private static BigInteger number(Map<?, ?> jwk, String name) {
        byte[] bytes = Base64.getUrlDecoder().decode(text(jwk, name));
        if (bytes.length == 0) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return new BigInteger(1, bytes);
    }

    private static String text(Map<?, ?> jwk, String name) {
        return jwk.get(name) instanceof String text ? text : "";
    }
}
