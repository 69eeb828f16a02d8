package io.meltemi.galley.analyze;

import io.meltemi.galley.analyze.AnalysisInput.Item;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.model.config.DestinationRule;
import io.meltemi.model.config.ServiceEntry;
import io.meltemi.model.config.VirtualService;
import io.meltemi.model.diagnostic.Severity;
import io.meltemi.model.service.Hostname;

/// Hosts that are sent to exist: registered, or written as a service entry. Immutable.
///
/// Services come and go with their registrations. Unless the caller knows them all, only a host
/// that no registration can bring is reported, and as a warning.
final class DestinationHosts implements Analyzer {
    @Override
    public void analyze(AnalysisInput input) {
        HostIndex<String> hosts = new HostIndex<>();
        input.services().hosts().stream()
                .map(Hostname::value)
                .forEach(host -> hosts.add(host, host));
        for (Item<ServiceEntry> entry : input.all(ServiceEntry.class)) {
            entry.resource().hosts().stream()
                    .map(host -> input.fullHost(host, entry.namespace()))
                    .forEach(host -> hosts.add(host, host));
        }
        for (Item<VirtualService> item : input.all(VirtualService.class)) {
            Destinations.forEach(
                    item.resource(),
                    (destination, path) -> {
                        String host = input.fullHost(destination.host(), item.namespace());
                        if (isMissing(host, hosts, input)) {
                            item.findings()
                                    .judge(
                                            Code.REFERENCED_RESOURCE_NOT_FOUND,
                                            input.services().isComplete()
                                                    ? Severity.ERROR
                                                    : Severity.WARNING,
                                            path.field("host"),
                                            "Referenced host not found: \"%s\" (no service and no ServiceEntry is called %s)"
                                                    .formatted(destination.host(), host));
                        }
                    });
        }
        for (Item<DestinationRule> item : input.all(DestinationRule.class)) {
            String host = input.fullHost(item.resource().host(), item.namespace());
            if (isMissing(host, hosts, input)) {
                item.findings()
                        .judge(
                                Code.UNKNOWN_DESTINATION_RULE_HOST,
                                FieldPath.SPEC.field("host"),
                                "The host %s defined in the DestinationRule does not match any services in the mesh."
                                        .formatted(item.resource().host()));
            }
        }
    }

    private static boolean isMissing(String host, HostIndex<String> hosts, AnalysisInput input) {
        if (host.isEmpty() || host.equals("*") || hosts.overlaps(host)) {
            return false;
        }
        boolean mayRegister = host.endsWith("." + input.settings().domainSuffix());
        return input.services().isComplete() || !mayRegister;
    }
}
