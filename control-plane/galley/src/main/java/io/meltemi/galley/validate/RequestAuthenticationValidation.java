package io.meltemi.galley.validate;

import com.google.re2j.Pattern;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.RequestAuthentication;
import io.meltemi.model.config.RequestAuthentication.JwtRule;
import io.meltemi.model.config.RequestAuthentication.Output;
import java.util.List;

/// The rules of a `RequestAuthentication`. Immutable.
final class RequestAuthenticationValidation {
    /// Istio's schema: narrower than what HTTP allows.
    private static final Pattern CLAIM_HEADER = Pattern.compile("[-_A-Za-z0-9]+");

    private static final int MOST_SPACE_DELIMITED = 64;

    private RequestAuthenticationValidation() {}

    static void validate(RequestAuthentication policy, Findings findings) {
        SelectorRules.validate(policy.selector(), findings);
        TargetRefRules.validate(policy.targetRefs(), findings);
        for (int i = 0; i < policy.jwtRules().size(); i++) {
            rule(policy.jwtRules().get(i), FieldPath.SPEC.field("jwtRules").item(i), findings);
        }
    }

    private static void rule(JwtRule rule, FieldPath path, Findings findings) {
        notEmpty(rule.audiences(), path.field("audiences"), findings);
        notEmpty(rule.places().fromParams(), path.field("fromParams"), findings);
        notEmpty(rule.places().fromCookies(), path.field("fromCookies"), findings);
        notEmpty(rule.spaceDelimitedClaims(), path.field("spaceDelimitedClaims"), findings);
        if (rule.spaceDelimitedClaims().size() > MOST_SPACE_DELIMITED) {
            findings.judge(
                    Code.SCHEMA,
                    path.field("spaceDelimitedClaims"),
                    "%d claims are listed, at most %d are allowed"
                            .formatted(rule.spaceDelimitedClaims().size(), MOST_SPACE_DELIMITED));
        }
        for (int i = 0; i < rule.places().fromHeaders().size(); i++) {
            TextRules.headerName(
                    rule.places().fromHeaders().get(i).name(),
                    path.field("fromHeaders").item(i).field("name"),
                    findings);
        }
        output(rule.output(), path, findings);
        QuantityRules.duration(rule.timeout(), path.field("timeout"), findings);
        TokenKeyRules.validate(rule, path, findings);
    }

    private static void notEmpty(List<String> values, FieldPath path, Findings findings) {
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i).isEmpty()) {
                findings.judge(Code.SCHEMA, path.item(i), path.item(i) + " is empty");
            }
        }
    }

    private static void output(Output output, FieldPath path, Findings findings) {
        output.payloadToHeader()
                .ifPresent(name ->
                        TextRules.headerName(name, path.field("outputPayloadToHeader"), findings));
        for (int i = 0; i < output.claimToHeaders().size(); i++) {
            String name = output.claimToHeaders().get(i).header();
            if (!CLAIM_HEADER.matches(name)) {
                findings.judge(
                        Code.SCHEMA,
                        path.field("outputClaimToHeaders").item(i).field("header"),
                        "header name '%s' is not valid: letters, digits, '-' and '_' are allowed"
                                .formatted(name));
            }
        }
    }
}
