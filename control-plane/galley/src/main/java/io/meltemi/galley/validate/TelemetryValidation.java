package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.Telemetry;
import io.meltemi.model.config.Telemetry.Tracing;
import java.util.List;

/// The rules of a `Telemetry`. Immutable.
final class TelemetryValidation {
    private TelemetryValidation() {}

    static void validate(Telemetry telemetry, Findings findings) {
        SelectorRules.validate(telemetry.selector(), findings);
        TargetRefRules.validate(telemetry.targetRefs(), findings);
        FieldPath path = FieldPath.SPEC.field("tracing");
        List<Tracing> tracing = telemetry.tracing();
        if (tracing.size() > 1) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    path,
                    "several entries of tracing: only their last word on each setting counts");
        }
        for (int i = 0; i < tracing.size(); i++) {
            Tracing entry = tracing.get(i);
            FieldPath at = path.item(i);
            if (entry.providers().size() > 1) {
                findings.judge(
                        Code.WITHOUT_EFFECT,
                        at.field("providers"),
                        "spans go to one provider: only '%s' counts"
                                .formatted(entry.providers().getFirst()));
            }
            entry.samplingPercent()
                    .ifPresent(percent ->
                            QuantityRules.percentage(
                                    percent, at.field("randomSamplingPercentage"), findings));
        }
    }
}
