package io.meltemi.model.snapshot;

import io.meltemi.model.service.Endpoint;
import io.meltemi.model.service.Hostname;
import io.meltemi.model.service.Service;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Every registered service and its instances at one moment. Immutable.
///
/// @param version grows with every publication
public record ServiceSnapshot(long version, SortedMap<Hostname, Entry> services) {
    public static final ServiceSnapshot EMPTY = new ServiceSnapshot(0, new TreeMap<>());

    public ServiceSnapshot {
        services = Collections.unmodifiableSortedMap(new TreeMap<>(services));
    }

    public Optional<Entry> service(Hostname hostname) {
        return Optional.ofNullable(services.get(hostname));
    }

    /// @param endpoints in a stable order
    public record Entry(Service service, List<Endpoint> endpoints) {
        public Entry {
            endpoints = List.copyOf(endpoints);
        }
    }
}
