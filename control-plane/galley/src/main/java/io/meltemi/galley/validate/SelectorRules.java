package io.meltemi.galley.validate;

import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.WorkloadSelector;

/// What `selector.matchLabels` may hold. Immutable.
final class SelectorRules {
    private SelectorRules() {}

    static void validate(WorkloadSelector selector, Findings findings) {
        NameRules.labels(
                selector.matchLabels(),
                FieldPath.SPEC.field("selector").field("matchLabels"),
                findings);
    }
}
