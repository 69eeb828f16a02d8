package io.meltemi.pilot.translate.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.re2j.Pattern;
import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig;
import io.envoyproxy.envoy.type.matcher.v3.PathMatcher;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.meltemi.xds.message.Anys;
import java.util.List;
import java.util.Locale;

/// Rules of RBAC in the words that gRPC knows. Thread-safe: pure.
final class GrpcRules {
    private GrpcRules() {}

    /// gRPC refuses conditions on some headers.
    static boolean canJudge(Policy policy) {
        return policy.getPermissionsList().stream().allMatch(GrpcRules::canJudge)
                && policy.getPrincipalsList().stream().allMatch(GrpcRules::canJudge);
    }

    private static boolean canJudge(Permission rule) {
        return switch (rule.getRuleCase()) {
            case AND_RULES ->
                    rule.getAndRules().getRulesList().stream().allMatch(GrpcRules::canJudge);
            case OR_RULES ->
                    rule.getOrRules().getRulesList().stream().allMatch(GrpcRules::canJudge);
            case NOT_RULE -> canJudge(rule.getNotRule());
            case HEADER -> canJudge(rule.getHeader());
            default -> true;
        };
    }

    private static boolean canJudge(Principal id) {
        return switch (id.getIdentifierCase()) {
            case AND_IDS -> id.getAndIds().getIdsList().stream().allMatch(GrpcRules::canJudge);
            case OR_IDS -> id.getOrIds().getIdsList().stream().allMatch(GrpcRules::canJudge);
            case NOT_ID -> canJudge(id.getNotId());
            case HEADER -> canJudge(id.getHeader());
            default -> true;
        };
    }

    private static boolean canJudge(HeaderMatcher header) {
        String name = header.getName().toLowerCase(Locale.ROOT);
        return !name.startsWith("grpc-") && !name.equals(":scheme");
    }

    /// Templates of paths become regular expressions.
    static Policy of(Policy policy) {
        Policy.Builder out = policy.toBuilder().clearPermissions();
        policy.getPermissionsList().forEach(rule -> out.addPermissions(of(rule)));
        return out.build();
    }

    private static Permission of(Permission rule) {
        return switch (rule.getRuleCase()) {
            case AND_RULES -> Permission.newBuilder().setAndRules(of(rule.getAndRules())).build();
            case OR_RULES -> Permission.newBuilder().setOrRules(of(rule.getOrRules())).build();
            case NOT_RULE -> Permission.newBuilder().setNotRule(of(rule.getNotRule())).build();
            case URI_TEMPLATE -> path(template(rule));
            default -> rule;
        };
    }

    private static Permission.Set of(Permission.Set rules) {
        return Permission.Set.newBuilder()
                .addAllRules(rules.getRulesList().stream().map(GrpcRules::of).toList())
                .build();
    }

    private static String template(Permission rule) {
        try {
            return Anys.unpack(rule.getUriTemplate().getTypedConfig(), UriTemplateMatchConfig.class)
                    .getPathTemplate();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a rule that Pilot made cannot be read", e);
        }
    }

    /// `*` is one segment that is not empty, `**` any number of them.
    private static Permission path(String template) {
        StringBuilder regex = new StringBuilder();
        for (String part : List.of(template.split("(?<=\\*)(?!\\*)|(?<!\\*)(?=\\*)", -1))) {
            regex.append(
                    switch (part) {
                        case "**" -> ".*";
                        case "*" -> "[^/]+";
                        default -> Pattern.quote(part);
                    });
        }
        return Permission.newBuilder()
                .setUrlPath(
                        PathMatcher.newBuilder()
                                .setPath(
                                        StringMatcher.newBuilder()
                                                .setSafeRegex(
                                                        RegexMatcher.newBuilder()
                                                                .setRegex(regex.toString()))))
                .build();
    }
}
