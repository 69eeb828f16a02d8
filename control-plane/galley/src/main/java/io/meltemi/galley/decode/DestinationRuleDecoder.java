package io.meltemi.galley.decode;

import io.meltemi.model.config.DestinationRule;
import io.meltemi.model.config.DestinationRule.Subset;
import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.WorkloadSelector;

/// Reads a `DestinationRule`. Immutable.
final class DestinationRuleDecoder {
    private DestinationRuleDecoder() {}

    static DestinationRule decode(Metadata metadata, ObjectReader spec) {
        return new DestinationRule(
                metadata,
                spec.requiredString("host"),
                spec.object("trafficPolicy", TrafficPolicyDecoder::decode),
                spec.list("subsets", DestinationRuleDecoder::subset),
                spec.strings("exportTo"),
                spec.object(
                        "workloadSelector", s -> new WorkloadSelector(s.stringMap("matchLabels"))));
    }

    private static Subset subset(ObjectReader subset) {
        return new Subset(
                subset.requiredString("name"),
                subset.stringMap("labels"),
                subset.object("trafficPolicy", TrafficPolicyDecoder::decode));
    }
}
