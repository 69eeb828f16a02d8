package io.meltemi.galley.analyze;

import io.meltemi.galley.analyze.AnalysisInput.Item;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.model.config.PeerAuthentication;
import io.meltemi.model.config.WorkloadSelector;
import java.util.List;

/// Two policies of one namespace do not say how the same workloads are called. Immutable.
final class AmbiguousPeerAuthentication implements Analyzer {
    @Override
    public void analyze(AnalysisInput input) {
        List<Item<PeerAuthentication>> policies = input.all(PeerAuthentication.class);
        for (Item<PeerAuthentication> item : policies) {
            WorkloadSelector selector = item.resource().selector();
            policies.stream()
                    .filter(other -> !other.name().equals(item.name()))
                    .filter(other -> other.namespace().equals(item.namespace()))
                    .filter(other -> other.resource().selector().equals(selector))
                    .findFirst()
                    .ifPresent(other ->
                            item.findings()
                                    .judge(
                                            Code.AMBIGUOUS,
                                            FieldPath.METADATA.field("name"),
                                            "PeerAuthentication %s (%s) selects the same workloads: only one of them takes effect"
                                                    .formatted(other.name(), other.at())));
        }
    }
}
