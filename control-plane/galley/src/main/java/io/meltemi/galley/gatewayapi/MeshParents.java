package io.meltemi.galley.gatewayapi;

import io.meltemi.galley.gatewayapi.GatewayApiObject.ParentRef;
import io.meltemi.galley.gatewayapi.ListenerView.Attachment;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.ServiceEntry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The services of the mesh that routes can have as parents: calls to them are routed where they
/// are made. Confined to one reading.
///
/// GEP-1426: a route of the service's own namespace is for all callers, one of another namespace
/// for the callers there, who follow it instead.
final class MeshParents {
    private final Map<String, List<String>> entries = new HashMap<>();
    private final KnownHosts known;
    private final String domainSuffix;

    MeshParents(Surroundings around) {
        known = KnownHosts.of(around);
        domainSuffix = around.settings().domainSuffix();
        for (ConfigResource resource : around.resources()) {
            if (resource instanceof ServiceEntry entry) {
                entries.put(
                        entry.metadata().namespace() + "/" + entry.metadata().name(),
                        entry.hosts());
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
        return known.mayHave(host)
                ? new Attachment.Accepted(List.of(host))
                : missing("there is no service %s".formatted(host));
    }

    private static Attachment missing(String message) {
        return new Attachment.Refused("NoMatchingParent", 0, message);
    }
}
