package io.meltemi.galley.validate;

import com.google.re2j.Pattern;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.AuthorizationPolicy.Condition;

/// The rules of one entry under `when`. Immutable.
final class ConditionValidation {
    private static final Pattern HEADER = Pattern.compile("request\\.headers\\[[^\\[\\]]+]");
    private static final Pattern CLAIM =
            Pattern.compile("request\\.auth\\.claims(\\[[^\\[\\]]+])+");
    private static final Pattern METADATA =
            Pattern.compile("experimental\\.envoy\\.filters\\.[^\\[\\]]+\\[[^\\[\\]]+]");

    private ConditionValidation() {}

    static void validate(Condition condition, FieldPath path, Findings findings) {
        if (condition.values().isEmpty()) {
            findings.judge(Code.SCHEMA, path, "at least one of values and notValues must be given");
        }
        AttributeRules rules = new AttributeRules(path, findings);
        switch (condition.key()) {
            case "source.ip", "remote.ip", "destination.ip" ->
                    rules.addresses(condition.values(), "values", "notValues");
            case "destination.port" -> rules.ports(condition.values(), "values", "notValues");
            case "source.serviceAccount" ->
                    rules.serviceAccounts(condition.values(), "values", "notValues");
            case "source.principal" -> rules.principals(condition.values(), "values", "notValues");
            case "source.namespace",
                    "source.trustDomain",
                    "request.auth.principal",
                    "request.auth.audiences",
                    "request.auth.presenter",
                    "connection.sni" ->
                    rules.texts(condition.values(), "values", "notValues");
            default -> {
                unknown(condition.key(), path.field("key"), findings);
                rules.texts(condition.values(), "values", "notValues");
            }
        }
    }

    private static void unknown(String key, FieldPath path, Findings findings) {
        if (!HEADER.matches(key) && !CLAIM.matches(key) && !METADATA.matches(key)) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "unknown attribute '%s': see Istio's list of conditions, e.g. request.headers[x-user], source.ip, request.auth.claims[group]"
                            .formatted(key));
        }
    }
}
