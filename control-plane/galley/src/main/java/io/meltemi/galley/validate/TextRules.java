package io.meltemi.galley.validate;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.HttpRoute.HttpMatchRequest;
import io.meltemi.model.config.StringMatch;

/// What texts that are matched may be. Immutable.
final class TextRules {
    private static final Pattern HEADER_NAME = Pattern.compile(":?[-!#$%&'*+.^_`|~0-9A-Za-z]+");

    private static final Pattern CLAIM =
            Pattern.compile("@request\\.auth\\.claims(\\.[^\\[\\]]+|(\\[[^\\[\\]]+\\])+)");

    /// Istio: what Envoy is sure to compile.
    private static final int LONGEST_REGEX = 1024;

    private TextRules() {}

    /// @param mayBeAny whether an empty matcher stands for any value
    static void match(StringMatch match, boolean mayBeAny, FieldPath path, Findings findings) {
        switch (match) {
            case StringMatch.Exact _ -> {}
            case StringMatch.Prefix(String value) -> {
                if (value.isEmpty()) {
                    findings.judge(
                            Code.SCHEMA,
                            path.field("prefix"),
                            "an empty prefix matches everything: leave the match out");
                }
            }
            case StringMatch.Regex(String value) -> regex(value, path.field("regex"), findings);
            case StringMatch.Present _ -> {
                if (!mayBeAny) {
                    findings.judge(
                            Code.SCHEMA, path, path + ": one of exact, prefix, regex is required");
                }
            }
        }
    }

    /// The name of a header, or of a claim of the caller's token.
    static void headerNameOrClaim(String name, FieldPath path, Findings findings) {
        if (!HttpMatchRequest.isClaim(name)) {
            headerName(name, path, findings);
        } else if (!CLAIM.matches(name)) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "'%s' names no claim: expected @request.auth.claims.NAME or @request.auth.claims[NAME]"
                            .formatted(name));
        }
    }

    static void headerName(String name, FieldPath path, Findings findings) {
        if (!HEADER_NAME.matches(name)) {
            findings.judge(Code.SCHEMA, path, "header name '%s' is not valid".formatted(name));
        }
    }

    static void regex(String regex, FieldPath path, Findings findings) {
        if (regex.isEmpty()) {
            findings.judge(Code.SCHEMA, path, "an empty regex matches nothing but an empty text");
            return;
        }
        if (regex.length() > LONGEST_REGEX) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "regex is %d characters long, at most %d are allowed"
                            .formatted(regex.length(), LONGEST_REGEX));
            return;
        }
        try {
            Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "regex '%s' is not valid RE2: %s".formatted(regex, e.getDescription()));
        }
    }
}
