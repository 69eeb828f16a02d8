package io.meltemi.mixer.telemetry;

import io.meltemi.model.service.Endpoint;
import io.meltemi.model.service.Hostname;
import io.meltemi.model.service.Service;
import io.meltemi.model.service.Workload;
import io.meltemi.model.snapshot.ServiceSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Who has which address, and which services it stands for: the attributes of both sides of a call.
/// Immutable.
final class WorkloadDirectory {
    static final WorkloadDirectory EMPTY = new WorkloadDirectory(ServiceSnapshot.EMPTY);

    private final Map<String, Known> byAddress = new HashMap<>();
    private final ServiceSnapshot services;

    /// @param membership the workload's services with the port it listens on for each
    record Known(Workload workload, boolean acceptsMtls, List<Membership> membership) {}

    record Membership(Service service, int targetPort) {}

    WorkloadDirectory(ServiceSnapshot services) {
        this.services = services;
        for (ServiceSnapshot.Entry entry : services.services().values()) {
            for (Endpoint endpoint : entry.endpoints()) {
                Known known =
                        byAddress.computeIfAbsent(
                                endpoint.workload().address(),
                                _ ->
                                        new Known(
                                                endpoint.workload(),
                                                endpoint.acceptsMtls(),
                                                new ArrayList<>()));
                endpoint.ports()
                        .values()
                        .forEach(p -> known.membership.add(new Membership(entry.service(), p)));
            }
        }
    }

    Optional<Known> at(String address) {
        return Optional.ofNullable(byAddress.get(address));
    }

    Optional<Service> service(String hostname) {
        return hostname.isEmpty()
                ? Optional.empty()
                : services.service(new Hostname(hostname)).map(ServiceSnapshot.Entry::service);
    }
}
