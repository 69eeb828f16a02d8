package io.meltemi.proxy.filter.jwt;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A token, read but not yet believed. Immutable.
///
/// @param status OK, or why it cannot be read; then the rest is empty
/// @param signed the bytes the signature is of
record Jwt(
        JwtStatus status,
        String alg,
        String kid,
        Map<String, Object> header,
        Map<String, Object> claims,
        String payloadBase64,
        String signed,
        String signatureBase64) {
    Jwt {
        header = Map.copyOf(header);
        claims = Map.copyOf(claims);
    }

    private static Jwt unreadable(JwtStatus status) {
        return new Jwt(status, "", "", Map.of(), Map.of(), "", "", "");
    }

    /// Reads a compact token (RFC 7519); the order of complaints is Envoy's.
    static Jwt parse(String token) {
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        // Envoy takes an empty section for a missing one.
        if (first <= 0
                || second <= first + 1
                || second == token.length() - 1
                || token.indexOf('.', second + 1) >= 0) {
            return unreadable(JwtStatus.BAD_FORMAT);
        }
        String headerText = decoded(token.substring(0, first));
        if (headerText == null) {
            return unreadable(JwtStatus.HEADER_BAD_BASE64);
        }
        Map<String, Object> header = JsonTree.parse(headerText);
        if (header == null) {
            return unreadable(JwtStatus.HEADER_BAD_JSON);
        }
        JwtStatus headerStatus = checkHeader(header);
        if (headerStatus != JwtStatus.OK) {
            return unreadable(headerStatus);
        }
        String payloadBase64 = token.substring(first + 1, second);
        String payloadText = decoded(payloadBase64);
        if (payloadText == null) {
            return unreadable(JwtStatus.PAYLOAD_BAD_BASE64);
        }
        Map<String, Object> claims = JsonTree.parse(payloadText);
        JwtStatus status = claims == null ? JwtStatus.PAYLOAD_BAD_JSON : checkClaims(claims);
        String signature = token.substring(second + 1);
        if (status == JwtStatus.OK && bytes(signature) == null) {
            status = JwtStatus.SIGNATURE_BAD_BASE64;
        }
        return claims == null || status != JwtStatus.OK
                ? unreadable(status)
                : new Jwt(
                        status,
                        text(header.get("alg")),
                        text(header.get("kid")),
                        header,
                        claims,
                        payloadBase64,
                        token.substring(0, second),
                        signature);
    }

    private static JwtStatus checkHeader(Map<String, Object> header) {
        if (!(header.get("alg") instanceof String alg)) {
            return JwtStatus.HEADER_BAD_ALG;
        }
        if (JwtAlgorithm.of(alg) == null) {
            return JwtStatus.HEADER_ALG_NOT_SUPPORTED;
        }
        return isAbsentOr(String.class, header.get("kid"))
                ? JwtStatus.OK
                : JwtStatus.HEADER_BAD_KID;
    }

    private static JwtStatus checkClaims(Map<String, Object> claims) {
        if (!isAbsentOr(String.class, claims.get("iss"))) {
            return JwtStatus.PAYLOAD_BAD_ISS;
        }
        if (!isAbsentOr(String.class, claims.get("sub"))) {
            return JwtStatus.PAYLOAD_BAD_SUB;
        }
        if (!isAbsentOr(Double.class, claims.get("iat"))) {
            return JwtStatus.PAYLOAD_BAD_IAT;
        }
        if (!isTime(claims.get("iat"))) {
            return JwtStatus.PAYLOAD_IAT_OUT_OF_RANGE;
        }
        if (!isAbsentOr(Double.class, claims.get("nbf"))) {
            return JwtStatus.PAYLOAD_BAD_NBF;
        }
        if (!isTime(claims.get("nbf"))) {
            return JwtStatus.PAYLOAD_NBF_OUT_OF_RANGE;
        }
        if (!isAbsentOr(Double.class, claims.get("exp"))) {
            return JwtStatus.PAYLOAD_BAD_EXP;
        }
        if (!isTime(claims.get("exp"))) {
            return JwtStatus.PAYLOAD_EXP_OUT_OF_RANGE;
        }
        return isAudience(claims.get("aud")) ? JwtStatus.OK : JwtStatus.PAYLOAD_BAD_AUD;
    }

    /// A negative end would otherwise look like none.
    private static boolean isTime(@Nullable Object value) {
        return !(value instanceof Double seconds) || (seconds >= 0 && seconds < 0x1p63);
    }

    private static boolean isAudience(@Nullable Object aud) {
        if (!(aud instanceof List<?> list)) {
            return isAbsentOr(String.class, aud);
        }
        for (Object one : list) {
            if (!(one instanceof String)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAbsentOr(Class<?> type, @Nullable Object value) {
        return value == null || type.isInstance(value);
    }

    private static String text(@Nullable Object value) {
        return value instanceof String text ? text : "";
    }

    String issuer() {
        return text(claims.get("iss"));
    }

    /// Empty when absent.
    String subject() {
        return text(claims.get("sub"));
    }

    /// Seconds since 1970; 0 when absent, which means no limit.
    double seconds(String claim) {
        return claims.get(claim) instanceof Double number ? number : 0;
    }

    /// Whether the token is for one of these; an empty list means for anyone.
    boolean isFor(List<String> audiences) {
        if (audiences.isEmpty()) {
            return true;
        }
        Object aud = claims.get("aud");
        if (aud instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                if (list.get(i) instanceof String one && isAudience(audiences, one)) {
                    return true;
                }
            }
            return false;
        }
        return aud instanceof String one && isAudience(audiences, one);
    }

    /// Envoy compares without scheme and without a slash at the end.
    private static boolean isAudience(List<String> audiences, String audience) {
        String plain = plainAudience(audience);
        for (int i = 0; i < audiences.size(); i++) {
            if (audiences.get(i).equals(plain)) {
                return true;
            }
        }
        return false;
    }

    static String plainAudience(String audience) {
        String plain = audience;
        if (plain.startsWith("https://")) {
            plain = plain.substring("https://".length());
        } else if (plain.startsWith("http://")) {
            plain = plain.substring("http://".length());
        }
        return plain.endsWith("/") ? plain.substring(0, plain.length() - 1) : plain;
    }

    byte[] signature() {
        byte[] signature = bytes(signatureBase64);
        return signature == null ? new byte[0] : signature;
    }

    private static @Nullable String decoded(String base64) {
        byte[] bytes = bytes(base64);
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    /// RFC 7515 §2: base64url without padding.
    private static byte @Nullable [] bytes(String base64) {
        if (base64.endsWith("=")) {
            return null;
        }
        try {
            return Base64.getUrlDecoder().decode(base64);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }
}
