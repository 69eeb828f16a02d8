package io.meltemi.pilot.translate.security;

import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.type.matcher.v3.ListMatcher;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher.PathSegment;
import io.envoyproxy.envoy.type.matcher.v3.OrMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ValueMatcher;
import io.meltemi.model.config.AuthorizationPolicy.Condition;
import io.meltemi.model.config.AuthorizationPolicy.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// The attributes under `when`. Thread-safe: stateless.
final class RbacConditions {
    private static final String HEADERS = "request.headers";
    private static final String AUTH = "request.auth.";
    private static final String CLAIMS = "request.auth.claims";
    private static final String METADATA = "experimental.envoy.filters.";

    private RbacConditions() {}

    static boolean asksForHttp(String key) {
        return key.startsWith(HEADERS) || key.startsWith(AUTH);
    }

    /// What a condition asks of the caller; nothing where it asks something else.
    ///
    /// @param namespace of the policy
    static List<Principal> principals(Condition condition, String namespace) {
        List<Principal> all = new ArrayList<>();
        Values values = condition.values();
        String key = condition.key();
        switch (key) {
            case "source.ip" -> RbacRules.add(all, values, RbacValues::directRemoteIp);
            case "remote.ip" -> RbacRules.add(all, values, RbacValues::remoteIp);
            case "source.namespace" -> RbacRules.add(all, values, RbacValues::namespace);
            case "source.principal" -> RbacRules.add(all, values, RbacValues::principal);
            case "source.trustDomain" -> RbacRules.add(all, values, RbacValues::trustDomain);
            case "source.serviceAccount" ->
                    RbacRules.add(all, values, account -> RbacValues.account(account, namespace));
            case "request.auth.principal" ->
                    RbacRules.add(all, values, RbacValues::requestPrincipal);
            case "request.auth.audiences" -> claims(all, List.of("aud"), values);
            case "request.auth.presenter" -> claims(all, List.of("azp"), values);
            default -> {
                if (key.startsWith(CLAIMS)) {
                    claims(all, brackets(key.substring(CLAIMS.length())), values);
                } else if (key.startsWith(HEADERS)) {
                    String name = brackets(key.substring(HEADERS.length())).getFirst();
                    RbacRules.add(all, values, value -> RbacValues.header(name, value));
                }
            }
        }
        return all;
    }

    /// What a condition asks of the connection; nothing where it asks something else.
    static List<Permission> permissions(Condition condition) {
        List<Permission> all = new ArrayList<>();
        Values values = condition.values();
        switch (condition.key()) {
            case "destination.ip" -> RbacRules.addRule(all, values, RbacValues::destinationIp);
            case "destination.port" -> RbacRules.addRule(all, values, RbacValues::port);
            case "connection.sni" -> RbacRules.addRule(all, values, RbacValues::serverName);
            default -> {
                if (condition.key().startsWith(METADATA)) {
                    metadata(all, condition.key().substring(METADATA.length()), values);
                }
            }
        }
        return all;
    }

    /// `[a][b]`: a, b.
    private static List<String> brackets(String text) {
        List<String> names = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int end = text.indexOf(']', at);
            names.add(text.substring(at + 1, end));
            at = end + 1;
        }
        return names;
    }

    /// Istio writes this field, and what reads Istio's configuration knows it.
    @SuppressWarnings("deprecation")
    private static void claims(List<Principal> all, List<String> path, Values values) {
        List<String> full = new ArrayList<>(List.of(JwtTranslation.PAYLOAD));
        full.addAll(path);
        Function<List<String>, Principal> matcher =
                texts ->
                        Principal.newBuilder()
                                .setMetadata(
                                        matcher(JwtTranslation.FILTER, full, inListOrAlone(texts)))
                                .build();
        if (!values.any().isEmpty()) {
            all.add(matcher.apply(values.any()));
        }
        if (!values.none().isEmpty()) {
            all.add(RbacRules.not(matcher.apply(values.none())));
        }
    }

    /// `a.b[c]`: the key c that the filter `envoy.filters.a.b` left. Istio writes this field, as
    /// for claims.
    @SuppressWarnings("deprecation")
    private static void metadata(List<Permission> all, String key, Values values) {
        int bracket = key.indexOf('[');
        String filter = "envoy.filters." + key.substring(0, bracket);
        List<String> path = brackets(key.substring(bracket));
        Function<List<String>, Permission> matcher =
                texts ->
                        Permission.newBuilder()
                                .setMetadata(matcher(filter, path, anyOf(texts)))
                                .build();
        if (!values.any().isEmpty()) {
            all.add(matcher.apply(values.any()));
        }
        if (!values.none().isEmpty()) {
            all.add(RbacRules.not(matcher.apply(values.none())));
        }
    }

    private static MetadataMatcher matcher(String filter, List<String> path, ValueMatcher value) {
        MetadataMatcher.Builder out =
                MetadataMatcher.newBuilder().setFilter(filter).setValue(value);
        path.forEach(key -> out.addPath(PathSegment.newBuilder().setKey(key)));
        return out.build();
    }

    /// A claim may be one value or a list of them.
    private static ValueMatcher inListOrAlone(List<String> texts) {
        ValueMatcher one = anyOf(texts);
        ValueMatcher inList =
                ValueMatcher.newBuilder()
                        .setListMatch(ListMatcher.newBuilder().setOneOf(one))
                        .build();
        return or(List.of(inList, one));
    }

    private static ValueMatcher anyOf(List<String> texts) {
        List<ValueMatcher> each =
                texts.stream()
                        .map(text ->
                                ValueMatcher.newBuilder()
                                        .setStringMatch(RbacValues.text(text))
                                        .build())
                        .toList();
        return each.size() == 1 ? each.getFirst() : or(each);
    }

    private static ValueMatcher or(List<ValueMatcher> values) {
        return ValueMatcher.newBuilder()
                .setOrMatch(OrMatcher.newBuilder().addAllValueMatchers(values))
                .build();
    }
}
