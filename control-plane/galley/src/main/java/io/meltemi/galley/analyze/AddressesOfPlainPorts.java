package io.meltemi.galley.analyze;

import io.meltemi.galley.analyze.AnalysisInput.Item;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.model.config.ServiceEntry;

/// A connection that names no host is told apart by its address: without one, a service entry takes
/// all connections to its TCP port, wherever they were going. Immutable.
///
/// Addresses are chosen for names that can be looked up; only the others are reported.
final class AddressesOfPlainPorts implements Analyzer {
    @Override
    public void analyze(AnalysisInput input) {
        for (Item<ServiceEntry> item : input.all(ServiceEntry.class)) {
            ServiceEntry entry = item.resource();
            boolean isGivenOne =
                    entry.wantsAddress()
                            && entry.hosts().stream().noneMatch(host -> host.startsWith("*"));
            if (!entry.addresses().isEmpty() || isGivenOne) {
                continue;
            }
            for (int i = 0; i < entry.ports().size(); i++) {
                if (entry.ports().get(i).protocol().equals("TCP")) {
                    item.findings()
                            .judge(
                                    Code.ADDRESSES_REQUIRED,
                                    FieldPath.SPEC.field("ports").item(i),
                                    "ServiceEntry addresses are required for TCP port %d: without them it takes every connection to this port"
                                            .formatted(entry.ports().get(i).number()));
                }
            }
        }
    }
}
