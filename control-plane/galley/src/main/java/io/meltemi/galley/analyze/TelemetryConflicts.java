package io.meltemi.galley.analyze;

import io.meltemi.galley.analyze.AnalysisInput.Item;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.model.config.Telemetry;
import java.util.List;

/// Two of one namespace do not say what the same workloads tell, or one says it to nobody.
/// Immutable.
final class TelemetryConflicts implements Analyzer {
    @Override
    public void analyze(AnalysisInput input) {
        boolean tellsSomebody =
                !input.settings().config().defaultProviders().accessLogging().isEmpty();
        List<Item<Telemetry>> all = input.all(Telemetry.class);
        for (Item<Telemetry> item : all) {
            all.stream()
                    .filter(other -> !other.name().equals(item.name()))
                    .filter(other -> other.namespace().equals(item.namespace()))
                    .filter(other -> isSame(other.resource(), item.resource()))
                    .findFirst()
                    .ifPresent(other -> conflict(item, other));
            boolean toNobody =
                    item.resource().accessLogging().stream()
                            .anyMatch(l -> !l.disabled() && l.providers().isEmpty());
            if (toNobody && !tellsSomebody) {
                item.findings()
                        .judge(
                                Code.TELEMETRY_WITHOUT_PROVIDER,
                                FieldPath.SPEC.field("accessLogging"),
                                "accessLogging names no provider, and the mesh has no defaultProviders.accessLogging: nobody is told of requests; name one, e.g. envoy");
            }
        }
    }

    private static boolean isSame(Telemetry one, Telemetry other) {
        return one.targetRefs().isEmpty()
                && other.targetRefs().isEmpty()
                && one.selector().equals(other.selector());
    }

    private static void conflict(Item<Telemetry> item, Item<Telemetry> other) {
        boolean wide = item.resource().selector().selectsAll();
        item.findings()
                .judge(
                        wide ? Code.SEVERAL_TELEMETRIES : Code.CONFLICTING_TELEMETRIES,
                        FieldPath.METADATA.field("name"),
                        "Telemetry %s (%s) %s: which of them counts is not defined"
                                .formatted(
                                        other.name(),
                                        other.at(),
                                        wide
                                                ? "is for the whole namespace too"
                                                : "selects the same workloads"));
    }
}
