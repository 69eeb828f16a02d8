package io.meltemi.xds.client;

import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// A response as far as it can be handed on. Immutable.
///
/// @param problems of resources that do not even reach the listener
record Response(List<XdsResource> changed, List<ResourceProblem> problems) {

    /// @param isWanted late answers to names unsubscribed meanwhile are left out
    static Response read(
            ResourceType type, DeltaDiscoveryResponse response, Predicate<String> isWanted) {
        List<XdsResource> changed = new ArrayList<>();
        List<ResourceProblem> problems = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Resource resource : response.getResourcesList()) {
            String name = resource.getName();
            String bodyType = resource.getResource().getTypeUrl();
            if (!seen.add(name)) {
                problems.add(new ResourceProblem(name, "is in the response twice"));
            } else if (!resource.hasResource()) {
                problems.add(new ResourceProblem(name, "has no body"));
            } else if (!bodyType.equals(type.typeUrl())) {
                problems.add(
                        new ResourceProblem(
                                name, "is a '" + bodyType + "', not a '" + type.typeUrl() + "'"));
            } else if (isWanted.test(name)) {
                changed.add(
                        new XdsResource(type, name, resource.getVersion(), resource.getResource()));
            }
        }
        return new Response(changed, problems);
    }
}
