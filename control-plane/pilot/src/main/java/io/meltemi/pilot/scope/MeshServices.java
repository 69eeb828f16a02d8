package io.meltemi.pilot.scope;

import io.meltemi.model.config.MeshConfig;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.config.ServiceEntry;
import io.meltemi.model.service.Hostname;
import io.meltemi.model.snapshot.MeshSnapshot;
import io.meltemi.model.snapshot.ServiceSnapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Every service, wherever it comes from. Immutable.
///
/// Of one name there may be several, each in a namespace of its own or for others to see: who calls
/// decides which one is meant.
final class MeshServices {
    private final SortedMap<Hostname, List<MeshService>> byName;

    /// A registered service wins over a written one of the same name, and one that is written as
    /// Kubernetes writes it over ServiceEntries, as in Istio.
    ///
    /// @param entries all ServiceEntries
    MeshServices(MeshSnapshot snapshot, List<ServiceEntry> entries) {
        this.byName = new TreeMap<>();
        MeshConfig mesh = snapshot.settings().config();
        snapshot.services().services().values().forEach(entry -> alone(entry, mesh));
        snapshot.config().services().values().forEach(entry -> alone(entry, mesh));
        SortedMap<Hostname, List<MeshService>> written = new TreeMap<>();
        SelectableWorkloads workloads = new SelectableWorkloads(snapshot);
        Set<ResourceKey> wanting = new HashSet<>();
        for (ServiceEntry entry : entries) {
            if (entry.wantsAddress()) {
                wanting.add(entry.key());
            }
            for (MeshService service :
                    ServiceEntries.services(entry, workloads, snapshot.settings())) {
                written.computeIfAbsent(service.service().hostname(), _ -> new ArrayList<>())
                        .add(service);
            }
        }
        written.forEach(
                (hostname, services) -> byName.putIfAbsent(hostname, JoinedServices.of(services)));
        choose(wanting);
    }

    private MeshServices(MeshServices before, Map<Hostname, MeshService> others) {
        this.byName = new TreeMap<>(before.byName);
        others.forEach((hostname, service) -> byName.put(hostname, List.of(service)));
    }

    /// The short way to the services of the next mesh, where only instances differ.
    ///
    /// @param earlier the mesh that these are of
    /// @return empty where more than that differs, or may
    Optional<MeshServices> next(
            MeshSnapshot earlier,
            List<ServiceEntry> entriesEarlier,
            MeshSnapshot now,
            List<ServiceEntry> entriesNow) {
        return MovedServices.between(earlier, entriesEarlier, now, entriesNow, byName)
                .map(others -> new MeshServices(this, others));
    }

    /// Gives addresses to those that have none; those that have one keep it for themselves.
    private void choose(Set<ResourceKey> wanting) {
        ChosenAddresses chosen = new ChosenAddresses();
        byName.values()
                .forEach(services ->
                        services.forEach(service -> service.addresses().forEach(chosen::take)));
        byName.replaceAll((_, services) ->
                services.stream()
                        .map(service ->
                                service.addresses().isEmpty()
                                                && service.from()
                                                        .filter(wanting::contains)
                                                        .isPresent()
                                                && !service.isWildcard()
                                        ? service.at(chosen.choose(service.service()))
                                        : service)
                        .toList());
    }

    private void alone(ServiceSnapshot.Entry entry, MeshConfig mesh) {
        byName.putIfAbsent(
                entry.service().hostname(), List.of(MeshService.registered(entry, mesh)));
    }

    /// All of each name, by namespace.
    Collection<List<MeshService>> all() {
        return Collections.unmodifiableCollection(byName.values());
    }

    /// All of one name, by namespace.
    List<MeshService> of(Hostname hostname) {
        return byName.getOrDefault(hostname, List.of());
    }

    /// Istio: of several with one name the caller's own, or else the first that it sees.
    static Optional<MeshService> seenFrom(String namespace, List<MeshService> ofOneName) {
        List<MeshService> seen =
                ofOneName.stream()
                        .filter(service ->
                                ExportTo.isVisible(
                                        service.exportTo(),
                                        service.service().namespace(),
                                        namespace))
                        .toList();
        return seen.stream()
                .filter(service -> service.service().namespace().equals(namespace))
                .findFirst()
                .or(() -> seen.stream().findFirst());
    }
}
