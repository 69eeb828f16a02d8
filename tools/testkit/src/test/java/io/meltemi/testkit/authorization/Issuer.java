package io.meltemi.testkit.authorization;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Signs tokens with any claims. Confined to its test.
final class Issuer {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final KeyPair keys;
    private final Map<Map<String, String>, String> tokens = new HashMap<>();

    Issuer() throws IOException {
        try {
            keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    String jwks() {
        byte[] y = ((EdECPublicKey) keys.getPublic()).getPoint().getY().toByteArray();
        List<Byte> little = new ArrayList<>();
        for (byte each : y) {
            little.add(each);
        }
        Collections.reverse(little);
        byte[] point = new byte[32];
        for (int i = 0; i < Math.min(point.length, little.size()); i++) {
            point[i] = little.get(i);
        }
        if (((EdECPublicKey) keys.getPublic()).getPoint().isXOdd()) {
            point[31] |= (byte) 0x80;
        }
        return "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"alg\":\"EdDSA\",\"x\":\""
                + BASE64.encodeToString(point)
                + "\"}]}";
    }

    /// @param claims a list where one has lines, nested where its name has dots
    String token(Map<String, String> claims) throws IOException {
        String token = tokens.get(claims);
        if (token == null) {
            token = sign(claims);
            tokens.put(claims, token);
        }
        return token;
    }

    private String sign(Map<String, String> claims) throws IOException {
        String signed =
                BASE64.encodeToString("{\"alg\":\"EdDSA\"}".getBytes(UTF_8))
                        + "."
                        + BASE64.encodeToString(json(claims).getBytes(UTF_8));
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(keys.getPrivate());
            signature.update(signed.getBytes(UTF_8));
            return signed + "." + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static String json(Map<String, String> claims) {
        Map<String, String> fields = new LinkedHashMap<>();
        claims.forEach((name, value) -> {
            String[] path = name.split("\\.", 2);
            fields.put(path[0], path.length == 1 ? json(value) : json(Map.of(path[1], value)));
        });
        return fields.entrySet().stream()
                .map(field -> DecisionBootstrap.quoted(field.getKey()) + ":" + field.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String json(String value) {
        return value.contains("\n")
                ? value.lines()
                        .map(DecisionBootstrap::quoted)
                        .collect(Collectors.joining(",", "[", "]"))
                : DecisionBootstrap.quoted(value);
    }
}
