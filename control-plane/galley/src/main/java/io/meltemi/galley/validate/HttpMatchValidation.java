package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.HttpRoute.HttpMatchRequest;
import io.meltemi.model.config.StringMatch;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The rules of one entry under `match`. Immutable.
final class HttpMatchValidation {
    private static final StringMatch ANY = new StringMatch.Regex("*");

    private HttpMatchValidation() {}

    static void validate(HttpMatchRequest match, FieldPath path, Findings findings) {
        match.uri()
                // Envoy takes an empty prefix of a path, and of nothing else.
                .filter(uri -> !uri.equals(new StringMatch.Prefix("")))
                .ifPresent(m -> TextRules.match(m, false, path.field("uri"), findings));
        text(match.scheme(), path.field("scheme"), findings);
        text(match.method(), path.field("method"), findings);
        text(match.authority(), path.field("authority"), findings);
        headers(match.headers(), path.field("headers"), findings);
        headers(match.withoutHeaders(), path.field("withoutHeaders"), findings);
        match.queryParams()
                .forEach((name, value) ->
                        TextRules.match(
                                value, true, path.field("queryParams").field(name), findings));
        match.port().ifPresent(p -> QuantityRules.port(p, path.field("port"), findings));
        caller(match.sourceLabels(), match.sourceNamespace(), match.gateways(), path, findings);
    }

    private static void text(Optional<StringMatch> match, FieldPath path, Findings findings) {
        match.ifPresent(m -> TextRules.match(m, false, path, findings));
    }

    private static void headers(
            Map<String, StringMatch> headers, FieldPath path, Findings findings) {
        headers.forEach((name, value) -> {
            FieldPath at = path.field(name);
            TextRules.headerNameOrClaim(name, at, findings);
            // Istio: no regular expression, but any value.
            if (!value.equals(ANY)) {
                TextRules.match(value, true, at, findings);
            }
        });
    }

    /// What is asked of the proxy that the request passes.
    static void caller(
            Map<String, String> sourceLabels,
            Optional<String> sourceNamespace,
            List<String> gateways,
            FieldPath path,
            Findings findings) {
        NameRules.labels(sourceLabels, path.field("sourceLabels"), findings);
        sourceNamespace
                .filter(n -> !NameRules.isDnsLabel(n))
                .ifPresent(n ->
                        findings.judge(
                                Code.SCHEMA,
                                path.field("sourceNamespace"),
                                "sourceNamespace '%s' is not a DNS label".formatted(n)));
        for (int i = 0; i < gateways.size(); i++) {
            NameRules.gateway(gateways.get(i), path.field("gateways").item(i), findings);
        }
    }
}
