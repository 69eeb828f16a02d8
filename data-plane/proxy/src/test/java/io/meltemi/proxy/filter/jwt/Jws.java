package io.meltemi.proxy.filter.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.Map;

/// Whether a signed text is believed, as the filter does it, whatever the text says. Thread-safe:
/// pure.
final class Jws {
    private Jws() {}

    static boolean isBelieved(String token, String jwks) {
        Jwks keys = Jwks.parse(jwks);
        Jwt read = Jwt.parse(token);
        if (keys == null) {
            return false;
        }
        if (read.status() == JwtStatus.PAYLOAD_BAD_JSON) {
            // Vectors sign texts that are no claims.
            return isSignature(token) && keys.verify(withoutClaims(token)) == JwtStatus.OK;
        }
        return read.status() == JwtStatus.OK && keys.verify(read) == JwtStatus.OK;
    }

    /// What the filter says once the claims are well.
    private static boolean isSignature(String token) {
        String[] parts = token.split("\\.", -1);
        String claims =
                Base64.getUrlEncoder().withoutPadding().encodeToString("{}".getBytes(UTF_8));
        return Jwt.parse(parts[0] + "." + claims + "." + parts[2]).status() == JwtStatus.OK;
    }

    private static Jwt withoutClaims(String token) {
        String[] parts = token.split("\\.", -1);
        String text = new String(Base64.getUrlDecoder().decode(parts[0]), UTF_8);
        Map<String, Object> header = JsonTree.parse(text);
        if (header == null) {
            throw new IllegalStateException("the header was read before");
        }
        return new Jwt(
                JwtStatus.OK,
                String.valueOf(header.get("alg")),
                header.get("kid") instanceof String kid ? kid : "",
                header,
                Map.of(),
                parts[1],
                parts[0] + "." + parts[1],
                parts[2]);
    }
}
