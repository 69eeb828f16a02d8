package io.meltemi.galley.analyze;

import io.meltemi.galley.analyze.AnalysisInput.Item;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.kubernetes.KubernetesObject.PodObject;
import io.meltemi.model.config.Sidecar;
import io.meltemi.model.config.WorkloadSelector;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Two of one namespace are for the same workloads, of which only one counts. Immutable.
final class SidecarConflicts implements Analyzer {
    @Override
    public void analyze(AnalysisInput input) {
        Map<String, List<Item<Sidecar>>> byNamespace =
                input.all(Sidecar.class).stream().collect(Collectors.groupingBy(Item::namespace));
        for (List<Item<Sidecar>> all : byNamespace.values()) {
            for (Item<Sidecar> item : all) {
                all.stream()
                        .filter(other -> !other.name().equals(item.name()))
                        .forEach(other -> compare(item, other, input.pods()));
            }
        }
    }

    private static void compare(Item<Sidecar> item, Item<Sidecar> other, List<PodObject> pods) {
        WorkloadSelector own = item.resource().selector();
        WorkloadSelector others = other.resource().selector();
        if (own.selectsAll() && others.selectsAll()) {
            report(item, other, Code.SEVERAL_SIDECARS, "is for the whole namespace too");
        } else if (!own.selectsAll() && !others.selectsAll()) {
            Optional<String> common =
                    pods.stream()
                            .filter(p -> p.metadata().namespace().equals(item.namespace()))
                            .filter(p -> own.selects(p.metadata().labels()))
                            .filter(p -> others.selects(p.metadata().labels()))
                            .map(p -> "selects pod " + p.metadata().name() + " too")
                            .findFirst();
            common.or(() ->
                            own.equals(others)
                                    ? Optional.of("selects the same workloads")
                                    : Optional.empty())
                    .ifPresent(why -> report(item, other, Code.CONFLICTING_SIDECARS, why));
        }
    }

    private static void report(Item<Sidecar> item, Item<Sidecar> other, Code code, String why) {
        item.findings()
                .judge(
                        code,
                        FieldPath.METADATA.field("name"),
                        "Sidecar %s (%s) %s: only one of them takes effect, the first by name"
                                .formatted(other.name(), other.at(), why));
    }
}
