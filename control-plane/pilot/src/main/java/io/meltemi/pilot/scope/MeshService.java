package io.meltemi.pilot.scope;

import io.meltemi.model.config.MeshConfig;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.config.ServiceEntry.Resolution;
import io.meltemi.model.service.Endpoint;
import io.meltemi.model.service.Service;
import io.meltemi.model.snapshot.ServiceSnapshot;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A service, wherever it comes from, with its instances. Immutable.
///
/// @param addresses its virtual addresses and blocks of them; empty: callable by what requests and
///   handshakes name, and by its port
/// @param portsThere by the service's port: the port called where calls go to the called address
/// @param exportTo namespaces that see it, as written; empty: all
/// @param subjectAltNames names in certificates that may answer, besides the instances' identities
/// @param from the ServiceEntry; absent when registered
public record MeshService(
        Service service,
        List<String> addresses,
        List<Endpoint> endpoints,
        Resolution resolution,
        SortedMap<Integer, Integer> portsThere,
        List<String> exportTo,
        List<String> subjectAltNames,
        Optional<ResourceKey> from) {
    public MeshService {
        addresses = List.copyOf(addresses);
        endpoints = List.copyOf(endpoints);
        portsThere = Collections.unmodifiableSortedMap(new TreeMap<>(portsThere));
        exportTo = List.copyOf(exportTo);
        subjectAltNames = List.copyOf(subjectAltNames);
    }

    /// Whether it stands for all names under one.
    public boolean isWildcard() {
        return service.hostname().value().startsWith("*");
    }

    /// The same at an address.
    MeshService at(String address) {
        return new MeshService(
                service,
                List.of(address),
                endpoints,
                resolution,
                portsThere,
                exportTo,
                subjectAltNames,
                from);
    }

    /// Whether this is another in nothing but its instances, and those are found in a way that
    /// leaves its clusters as they are.
    boolean hasOtherInstancesAlone(MeshService before) {
        return resolution == Resolution.STATIC
                && before.resolution == Resolution.STATIC
                && service.equals(before.service)
                && addresses.equals(before.addresses)
                && portsThere.equals(before.portsThere)
                && exportTo.equals(before.exportTo)
                && subjectAltNames.equals(before.subjectAltNames)
                && from.equals(before.from);
    }

    static MeshService registered(ServiceSnapshot.Entry entry, MeshConfig mesh) {
        return new MeshService(
                entry.service(),
                entry.service().virtualAddress().stream().toList(),
                entry.endpoints(),
                Resolution.STATIC,
                new TreeMap<>(),
                MeshDefaults.exportTo(List.of(), mesh),
                List.of(),
                Optional.empty());
    }
}
