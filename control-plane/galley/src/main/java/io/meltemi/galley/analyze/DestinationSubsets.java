package io.meltemi.galley.analyze;

import io.meltemi.galley.analyze.AnalysisInput.Item;
import io.meltemi.galley.finding.Code;
import io.meltemi.model.config.DestinationRule;
import io.meltemi.model.config.VirtualService;

/// Every subset that is sent to is defined by a destination rule for its host. Immutable.
final class DestinationSubsets implements Analyzer {
    @Override
    public void analyze(AnalysisInput input) {
        HostIndex<DestinationRule> rules = new HostIndex<>();
        for (Item<DestinationRule> rule : input.all(DestinationRule.class)) {
            rules.add(input.fullHost(rule.resource().host(), rule.namespace()), rule.resource());
        }
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
                                                    rules))
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

    private static boolean isDefined(String host, String subset, HostIndex<DestinationRule> rules) {
        return rules.covering(host).stream()
                .flatMap(rule -> rule.subsets().stream())
                .anyMatch(defined -> defined.name().equals(subset));
    }
}
