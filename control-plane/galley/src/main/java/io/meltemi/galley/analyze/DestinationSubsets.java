package io.meltemi.galley.analyze;

import io.meltemi.galley.analyze.AnalysisInput.Item;
import io.meltemi.galley.finding.Code;
import io.meltemi.model.config.DestinationRule;
import io.meltemi.model.config.VirtualService;
import io.meltemi.model.service.HostPatterns;
import java.util.List;

/// Every subset that is sent to is defined by a destination rule for its host. Immutable.
final class DestinationSubsets implements Analyzer {
    @Override
    public void analyze(AnalysisInput input) {
        List<Item<DestinationRule>> rules = input.all(DestinationRule.class);
        for (Item<VirtualService> item : input.all(VirtualService.class)) {
            Destinations.forEach(
                    item.resource(),
                    (destination, path) ->
                            destination
                                    .subset()
                                    .filter(subset ->
                                            !isDefined(
                                                    input.fullHost(
                                                            destination.host(), item.namespace()),
                                                    subset,
                                                    rules,
                                                    input))
                                    .ifPresent(subset ->
                                            item.findings()
                                                    .judge(
                                                            Code.REFERENCED_RESOURCE_NOT_FOUND,
                                                            path.field("subset"),
                                                            "Referenced host+subset in destinationrule not found: \"%s+%s\" (no DestinationRule for this host defines the subset)"
                                                                    .formatted(
                                                                            destination.host(),
                                                                            subset))));
        }
    }

    private static boolean isDefined(
            String host, String subset, List<Item<DestinationRule>> rules, AnalysisInput input) {
        return rules.stream()
                .filter(rule ->
                        HostPatterns.covers(
                                input.fullHost(rule.resource().host(), rule.namespace()), host))
                .flatMap(rule -> rule.resource().subsets().stream())
                .anyMatch(defined -> defined.name().equals(subset));
    }
}
