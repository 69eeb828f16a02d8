package io.meltemi.testkit.authorization;

import io.meltemi.fixtures.Chances;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/// For one value of a policy: what fits it, and what nearly does. Confined to its test.
///
/// @param namespace of the policy
record Samples(String namespace, Chances chances) {
    private static final Pattern METHOD = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern SNI = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?");

    /// Changes of a call, the first of which fits.
    List<Map<String, String>> of(String field, String value) {
        return switch (field) {
            case "principals", "source.principal" -> principals(value, text -> "spiffe://" + text);
            case "namespaces", "source.namespace" ->
                    principals(value, text -> "spiffe://td/ns/" + text + "/sa/x");
            case "trustDomains", "source.trustDomain" ->
                    principals(value, text -> "spiffe://" + text + "/ns/x/sa/y");
            case "serviceAccounts", "source.serviceAccount" ->
                    principals(
                            value.contains("/") ? value : namespace + "/" + value,
                            text -> "spiffe://td/ns/" + text.replaceFirst("/", "/sa/"));
            case "requestPrincipals", "request.auth.principal" -> requestPrincipals(value);
            case "ipBlocks", "source.ip" -> Blocks.around(value, "source.ip");
            case "remoteIpBlocks", "remote.ip" -> Blocks.around(value, "remote.ip");
            case "destination.ip" -> Blocks.around(value, "destination.ip");
            case "ports", "destination.port" -> ports(Integer.parseInt(value));
            case "hosts" -> one("host", with(texts(value), value.replace("*", "a") + ":80"));
            case "methods" -> methods(value);
            case "paths" -> paths(value);
            case "connection.sni" ->
                    one(
                            "sni",
                            with(texts(value), "").stream()
                                    .filter(t -> t.isEmpty() || SNI.matcher(t).matches())
                                    .toList());
            case "request.auth.audiences" -> claims("aud", value);
            case "request.auth.presenter" -> claims("azp", value);
            case "request.headers[:method]" -> methods(value);
            default -> others(field, value);
        };
    }

    private List<Map<String, String>> others(String field, String value) {
        if (field.startsWith("request.headers[")) {
            String name = field.substring("request.headers[".length(), field.length() - 1);
            return one("header:" + name.toLowerCase(Locale.ROOT), with(texts(value), ""));
        }
        if (field.startsWith("request.auth.claims[")) {
            String path = field.substring("request.auth.claims[".length(), field.length() - 1);
            return claims(path.replace("][", "."), value);
        }
        if (field.startsWith("experimental.")) {
            int bracket = field.indexOf('[');
            String filter = field.substring("experimental.".length(), bracket);
            String key = field.substring(bracket + 1, field.length() - 1);
            return one("note:" + filter + "/" + key, with(texts(value), ""));
        }
        throw new IllegalArgumentException("no calls are made for '" + field + "'");
    }

    private List<Map<String, String>> methods(String value) {
        return one(
                "method",
                texts(value).stream()
                        .filter(t -> METHOD.matcher(t).matches())
                        // nobody answers a HEAD or opens a tunnel here
                        .filter(t -> !t.equals("HEAD") && !t.equals("CONNECT"))
                        .toList());
    }

    /// Names of certificates: one, several in either order, one of another kind, none.
    private List<Map<String, String>> principals(String value, Function<String, String> name) {
        List<String> names = new ArrayList<>(texts(value).stream().map(name).toList());
        String fits = names.getFirst();
        names.add(fits + "\nspiffe://other/ns/other/sa/other");
        names.add("spiffe://other/ns/other/sa/other\n" + fits);
        names.add(fits.replace("spiffe://", "http://"));
        names.add("dns.example");
        names.add("dns.example\n" + fits);
        names.add("");
        return one("principal", names);
    }

    /// The last slash is between issuer and subject.
    private List<Map<String, String>> requestPrincipals(String value) {
        List<Map<String, String>> changes = new ArrayList<>();
        for (String text : with(texts(value), "")) {
            int slash = text.lastIndexOf('/');
            String issuer = slash < 0 ? text : text.substring(0, slash);
            String subject = slash < 0 ? "" : text.substring(slash + 1);
            changes.add(Map.of("claim:iss", issuer, "claim:sub", subject));
            changes.add(Map.of("claim:iss", issuer, "claim:sub", subject + "x"));
            changes.add(Map.of("claim:iss", issuer.isEmpty() ? "x" : issuer, "claim:sub", text));
        }
        return changes;
    }

    private List<Map<String, String>> claims(String name, String value) {
        List<String> texts = texts(value);
        String fits = texts.getFirst();
        return one("claim:" + name, with(texts, "", "other\n" + fits, fits + "\n" + fits + "x"));
    }

    private static List<Map<String, String>> ports(int port) {
        return one(
                "destination.port",
                List.of(
                        "" + port,
                        "" + (port + 1),
                        "" + (port - 1),
                        "" + (port % 10_000 + 50_000)));
    }

    private List<Map<String, String>> paths(String value) {
        if (value.contains("{")) {
            String fits = value.replace("{**}", "a/b").replace("{*}", "seg");
            return one(
                    "path",
                    with(
                            texts(fits),
                            value.replace("{**}", "a").replace("{*}", "a.b-c_d"),
                            value.replace("{**}", "").replace("{*}", ""),
                            value.replace("{**}", "a/b/c/d").replace("{*}", "a/b"),
                            fits + "?a=/b",
                            fits + "/"));
        }
        List<String> texts = new ArrayList<>();
        for (String text : texts(value)) {
            texts.add(text.startsWith("/") ? text : "/" + text);
        }
        String fits = texts.getFirst();
        return one(
                "path",
                with(texts, fits + "?a=b", fits + "/", "/" + fits, fits + ";a", fits + "%2f"));
    }

    /// A text that fits `prefix*`, `*suffix`, `*` or an exact value, and its neighbours.
    private List<String> texts(String value) {
        String fits;
        if (value.equals("*")) {
            fits = "any";
        } else if (value.startsWith("*")) {
            fits = "a" + value.substring(1);
        } else if (value.endsWith("*")) {
            fits = value.substring(0, value.length() - 1) + "a";
        } else {
            fits = value;
        }
        Set<String> texts = new LinkedHashSet<>();
        texts.add(fits);
        String bare = value.replace("*", "");
        texts.add(bare.isEmpty() ? "b" : bare);
        texts.add(fits + "x");
        texts.add("x" + fits);
        texts.add(fits.length() > 1 ? fits.substring(0, fits.length() - 1) : "c");
        texts.add(fits.length() > 1 ? fits.substring(1) : "d");
        texts.add(fits.toUpperCase(Locale.ROOT));
        int at = chances.number(0, fits.length() - 1);
        texts.add(fits.substring(0, at) + "y" + fits.substring(at + 1));
        texts.add(fits.substring(0, at) + fits.substring(at) + fits.substring(at));
        return List.copyOf(texts.stream().filter(text -> !text.isBlank()).toList());
    }

    private static List<Map<String, String>> one(String name, List<String> values) {
        return values.stream().map(value -> Map.of(name, value)).toList();
    }

    private static List<String> with(List<String> texts, String... more) {
        List<String> all = new ArrayList<>(texts);
        all.addAll(List.of(more));
        return all;
    }
}
