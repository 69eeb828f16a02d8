package io.meltemi.proxy;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.meltemi.xds.client.ResourceProblem;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One response of VHDS on its way to the route configurations. Confined to the configuration
/// thread.
///
/// Envoy: the name of a virtual host begins with its route configuration's name and a slash; what
/// belongs to none is passed over. One wrong host has the whole response refused.
final class HostDelivery {
    /// Reads a message.
    @FunctionalInterface
    interface Reader {
        VirtualHost read(Any body) throws InvalidProtocolBufferException;
    }

    /// What the response has for one route configuration.
    ///
    /// @param told names of the hosts in it, also of those that cannot be read
    private record Share(Map<String, VirtualHost> changed, Set<String> removed, Set<String> told) {}

    private record Prepared(RouteSlot slot, DiscoveredHosts hosts, DiscoveredHosts.Change change) {}

    private final List<XdsResource> resources;
    private final Map<String, Share> shares = new LinkedHashMap<>();
    private final ResponsePlaces places = new ResponsePlaces();

    HostDelivery(List<XdsResource> changed, List<String> removed, Reader reader) {
        this.resources = changed;
        removed.forEach(name -> share(name).removed.add(name));
        for (XdsResource resource : changed) {
            if (resource.exists()) {
                read(resource, reader);
            } else {
                share(resource.name()).removed.add(resource.name());
            }
        }
    }

    private Share share(String name) {
        return shares.computeIfAbsent(
                configurationOf(name),
                _ -> new Share(new LinkedHashMap<>(), new HashSet<>(), new HashSet<>()));
    }

    /// The name of the route configuration that a virtual host belongs to; empty: to none.
    static String configurationOf(String resource) {
        int slash = resource.lastIndexOf('/');
        return slash < 0 ? "" : resource.substring(0, slash);
    }

    private void read(XdsResource resource, Reader reader) {
        share(resource.name()).told.add(resource.name());
        try {
            share(resource.name()).changed.put(resource.name(), reader.read(resource.body()));
        } catch (InvalidProtocolBufferException e) {
            places.of(resource.name()).refuse("cannot be read: " + e.getMessage());
        }
    }

    /// Puts all of it in force, or nothing.
    ///
    /// @param slots the route configurations whose hosts come from the response's source, by name
    /// @return why it is refused: something about each resource, or nothing
    List<ResourceProblem> apply(Map<String, List<RouteSlot>> slots) {
        List<Prepared> all = new ArrayList<>();
        shares.forEach((configuration, share) -> {
            for (RouteSlot slot : slots.getOrDefault(configuration, List.of())) {
                DiscoveredHosts hosts = slot.hosts;
                if (hosts != null) {
                    all.add(
                            new Prepared(
                                    slot,
                                    hosts,
                                    hosts.prepare(share.changed, share.removed, places::of)));
                }
            }
        });
        List<ResourceProblem> problems = places.problems(resources);
        if (problems.isEmpty()) {
            all.forEach(HostDelivery::make);
        }
        shares.forEach((configuration, share) -> {
            if (problems.isEmpty() || !comesAgain(share)) {
                slots.getOrDefault(configuration, List.of()).forEach(RouteSlot::goOn);
            }
        });
        return problems;
    }

    /// Whether some of a refused response is right: a control plane sends that once more, without
    /// what is wrong. Envoy waits for nothing after the first response, refused or not, and answers
    /// 404 meanwhile.
    private boolean comesAgain(Share share) {
        return !share.removed.isEmpty() || share.told.stream().anyMatch(places::isClean);
    }

    private static void make(Prepared prepared) {
        RouteSlot slot = prepared.slot;
        var table = slot.base();
        if (table != null) {
            slot.put(table.with(prepared.hosts.make(prepared.change, table.hosts())));
            slot.updatedMillis = System.currentTimeMillis();
        }
    }
}
