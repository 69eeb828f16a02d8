package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.HttpRoute.CorsPolicy;
import io.meltemi.model.config.StringMatch;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;

/// The rules of a `corsPolicy`. Immutable.
final class CorsPolicyValidation {
    private static final Set<String> METHODS =
            Set.of(
                    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
                    "*");

    private CorsPolicyValidation() {}

    static void validate(CorsPolicy cors, FieldPath path, Findings findings) {
        for (int i = 0; i < cors.allowOrigins().size(); i++) {
            FieldPath at = path.field("allowOrigins").item(i);
            StringMatch origin = cors.allowOrigins().get(i);
            if (origin.equals(new StringMatch.Exact(""))) {
                findings.judge(Code.SCHEMA, at, "an empty origin matches nothing");
            } else {
                TextRules.match(origin, false, at, findings);
            }
        }
        for (int i = 0; i < cors.allowMethods().size(); i++) {
            String method = cors.allowMethods().get(i);
            if (!METHODS.contains(method)) {
                findings.judge(
                        Code.SCHEMA,
                        path.field("allowMethods").item(i),
                        "'%s' is not an HTTP method".formatted(method));
            }
        }
        names(cors.allowHeaders(), path.field("allowHeaders"), findings);
        names(cors.exposeHeaders(), path.field("exposeHeaders"), findings);
        FieldPath maxAge = path.field("maxAge");
        QuantityRules.duration(cors.maxAge(), maxAge, findings);
        cors.maxAge()
                .filter(age -> !age.equals(age.truncatedTo(ChronoUnit.SECONDS)))
                .ifPresent(_ ->
                        findings.judge(Code.SCHEMA, maxAge, "maxAge is counted in whole seconds"));
    }

    private static void names(List<String> names, FieldPath path, Findings findings) {
        for (int i = 0; i < names.size(); i++) {
            if (!names.get(i).equals("*")) {
                TextRules.headerName(names.get(i), path.item(i), findings);
            }
        }
    }
}
