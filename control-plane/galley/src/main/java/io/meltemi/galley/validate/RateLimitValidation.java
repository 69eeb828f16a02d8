package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.RateLimit;
import java.util.Optional;

/// The rules of a `RateLimit`. Immutable.
final class RateLimitValidation {
    /// Envoy: RateLimitResponse counts in 32 bits without a sign.
    private static final long MOST_REQUESTS = 0xFFFF_FFFFL;

    private RateLimitValidation() {}

    static void validate(RateLimit limit, Findings findings) {
        FieldPath spec = FieldPath.SPEC;
        SelectorRules.validate(limit.selector(), findings);
        if (limit.requests() < 1 || limit.requests() > MOST_REQUESTS) {
            findings.judge(
                    Code.SCHEMA,
                    spec.field("requests"),
                    "requests %d must be in the range 1..%d"
                            .formatted(limit.requests(), MOST_REQUESTS));
        }
        QuantityRules.duration(Optional.of(limit.window()), spec.field("window"), findings);
        if (limit.countBy() instanceof RateLimit.Key.Header(String name)) {
            TextRules.headerName(name, spec.field("key"), findings);
        }
    }
}
