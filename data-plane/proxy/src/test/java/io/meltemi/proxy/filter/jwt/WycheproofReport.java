package io.meltemi.proxy.filter.jwt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What became of the vectors of files of Wycheproof. Confined to its test.
final class WycheproofReport {
    private int right;
    private final List<String> wrong = new ArrayList<>();
    private final Map<String, Integer> apart = new TreeMap<>();

    /// Verdicts that are right.
    int right() {
        return right;
    }

    /// The others, one a line.
    List<String> wrong() {
        return wrong;
    }

    /// How many vectors say nothing about us, by the reason.
    Map<String, Integer> apart() {
        return apart;
    }

    void read(Path file) throws IOException {
        Map<String, Object> tree = JsonTree.parse(Files.readString(file));
        for (Object group : list(Objects.requireNonNull(tree), "testGroups")) {
            Map<?, ?> of = (Map<?, ?>) group;
            for (Object test : list(of, "tests")) {
                check(file.getFileName().toString(), of, (Map<?, ?>) test);
            }
        }
    }

    private void check(String file, Map<?, ?> group, Map<?, ?> test) {
        String result = String.valueOf(test.get("result"));
        String reason = inapplicable(group, test, result);
        if (!reason.isEmpty()) {
            apart.merge(reason, 1, Integer::sum);
            return;
        }
        boolean believed =
                test.get("jws") == null ? isVerified(group, test) : isBelieved(group, test);
        if (believed == result.equals("valid")) {
            right++;
        } else {
            wrong.add(
                    "%s %s %s: %s, not %s"
                            .formatted(
                                    file,
                                    test.get("tcId"),
                                    test.get("comment"),
                                    believed ? "believed" : "refused",
                                    result));
        }
    }

    private static String inapplicable(Map<?, ?> group, Map<?, ?> test, String result) {
        if (result.equals("acceptable")) {
            return "either verdict is right";
        }
        if (test.get("jws") == null && jwk(group) == null) {
            return "the key is not written as a JWK";
        }
        if ("rejectsKeyWithRocaVulnerability".equals(test.get("comment"))) {
            return "whether an issuer's key is weak is the issuer's matter";
        }
        String jws = String.valueOf(test.get("jws"));
        if (test.get("jws") != null && result.equals("valid")) {
            if (keys(group).contains("\"oct\"")) {
                return "valid by a shared secret, which we never take";
            }
            if (keys(group).contains("ES521")) {
                return "valid by a key whose algorithm is misspelt ES521";
            }
            if ("Figure20".equals(test.get("comment"))) {
                return "valid by a key that is there for another algorithm";
            }
            if (jws.split("\\.", -1)[1].isEmpty()) {
                return "valid without a payload, in which no claims can be";
            }
        }
        return "";
    }

    private static boolean isBelieved(Map<?, ?> group, Map<?, ?> test) {
        return Jws.isBelieved(String.valueOf(test.get("jws")), keys(group));
    }

    private static String keys(Map<?, ?> group) {
        Object key = group.get("public") == null ? group.get("private") : group.get("public");
        String json = JsonTree.write(key);
        return json.startsWith("{\"keys\"") ? json : "{\"keys\": [" + json + "]}";
    }

    /// A signature over bytes that are no token.
    private static boolean isVerified(Map<?, ?> group, Map<?, ?> test) {
        Object jwk = jwk(group);
        Jwks keys = Objects.requireNonNull(Jwks.parse("{\"keys\": [" + JsonTree.write(jwk) + "]}"));
        JwtAlgorithm algorithm = Objects.requireNonNull(algorithm(group));
        Jwks.Key key = keys.keys().getFirst();
        return algorithm.takes(key.type())
                && algorithm.verifies(
                        key.key(),
                        HexFormat.of().parseHex(String.valueOf(test.get("msg"))),
                        HexFormat.of().parseHex(String.valueOf(test.get("sig"))));
    }

    private static @Nullable Object jwk(Map<?, ?> group) {
        return group.get("publicKeyJwk") == null ? group.get("keyJwk") : group.get("publicKeyJwk");
    }

    private static @Nullable JwtAlgorithm algorithm(Map<?, ?> group) {
        String bits = String.valueOf(group.get("sha")).replace("SHA-", "");
        return switch (String.valueOf(group.get("type"))) {
            case "EcdsaP1363Verify" -> JwtAlgorithm.of("ES" + bits);
            case "RsassaPkcs1Verify" -> JwtAlgorithm.of("RS" + bits);
            case "RsassaPssVerify" -> JwtAlgorithm.of("PS" + bits);
            case "EddsaVerify" -> JwtAlgorithm.of("EdDSA");
            default -> null;
        };
    }

    private static List<?> list(Map<?, ?> map, String key) {
        return (List<?>) Objects.requireNonNull(map.get(key));
    }
}
