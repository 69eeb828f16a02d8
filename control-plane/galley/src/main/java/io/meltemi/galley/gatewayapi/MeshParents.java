package io.meltemi.galley.gatewayapi;

import io.meltemi.galley.gatewayapi.GatewayApiObject.ParentRef;
import io.meltemi.galley.gatewayapi.ListenerView.Attachment;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.ServiceEntry;
import io.meltemi.model.service.Hostname;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The services of the mesh that routes can have as parents: calls to them are routed where they
/// are made. Confined to one reading.
///
/// GEP-1426: a route of the service's own namespace is for all callers, one of another namespace
/// for the callers there, who follow it instead.
final class MeshParents {
    private final Map<String, List<String>> entries = new HashMap<>();
    private final Set<String> written = new HashSet<>();
    private final Optional<Set<Hostname>> services;
    private final String domainSuffix;

    MeshParents(Surroundings around) {
        services = around.services();
        domainSuffix = around.settings().domainSuffix();
        for (ConfigResource resource : around.resources()) {
            if (resource instanceof ServiceEntry entry) {
                entries.put(
                        entry.metadata().namespace() + "/" + entry.metadata().name(),
                        entry.hosts());
                written.addAll(entry.hosts());
            }
        }
    }

    /// @return the hosts whose calls the route gets
    Attachment attach(Written<?> route, ParentRef parent) {
        String namespace = parent.namespace().orElse(route.namespace());
        if (parent.isServiceEntry()) {
            String name = namespace + "/" + parent.name();
            List<String> hosts = entries.get(name);
            return hosts == null
                    ? missing("no ServiceEntry %s is written".formatted(name))
                    : new Attachment.Accepted(hosts);
        }
        String host = parent.name() + "." + namespace + "." + domainSuffix;
        boolean unknown =
                services.filter(all -> !all.contains(new Hostname(host))).isPresent()
                        && !written.contains(host);
        return unknown
                ? missing("there is no service %s".formatted(host))
                : new Attachment.Accepted(List.of(host));
    }

    private static Attachment missing(String message) {
        return new Attachment.Refused("NoMatchingParent", 0, message);
    }
}
