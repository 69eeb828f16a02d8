package io.meltemi.galley.gatewayapi;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.gatewayapi.GatewayApiObject.ParentRef;
import io.meltemi.galley.gatewayapi.GatewayApiObject.RouteObject;
import io.meltemi.galley.gatewayapi.ListenerView.Attachment;
import io.meltemi.galley.gatewayapi.RouteRules.Routes;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.Sourced;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Makes of gateways and routes what the mesh's own kinds say: one `Gateway` per listener, and one
/// `VirtualService` per parent and host with the routes of all that share it. Confined to one
/// reading.
///
/// Istio converts them so, with these names.
public final class GatewayApiConversion {
    private final GatewayListeners listeners;
    private final HostRoutes routes = new HostRoutes();
    private final ConnectionRoutes connections = new ConnectionRoutes();
    private final Attached attached = new Attached();
    private final List<ApiStatus> ofRoutes = new ArrayList<>();
    private final GatewayApiDocuments documents;
    private final MeshParents mesh;
    private final Grants grants;
    private final KnownHosts known;
    private final String domainSuffix;

    private GatewayApiConversion(GatewayApiDocuments documents, Surroundings around) {
        this.documents = documents;
        domainSuffix = around.settings().domainSuffix();
        known = KnownHosts.of(around);
        mesh = new MeshParents(around);
        grants = new Grants(documents.grants());
        listeners =
                new GatewayListeners(
                        documents,
                        new ListenerTlsConversion(grants, around.resources()),
                        new KnownNamespaces(around.namespaces()));
    }

    public static ConvertedApi convert(GatewayApiDocuments documents, Surroundings around) {
        return new GatewayApiConversion(documents, around).convert();
    }

    private ConvertedApi convert() {
        documents.routes().forEach(this::route);
        List<Sourced<ConfigResource>> resources = listeners.converted(attached);
        resources.addAll(routes.converted());
        resources.addAll(connections.converted());
        List<ApiStatus> all = listeners.statuses(attached);
        all.addAll(ofRoutes);
        return new ConvertedApi(resources, all);
    }

    private void route(Written<RouteObject> route) {
        Routes atGateways = routes(route, ParentRef::isOfGateways, grants);
        Routes inMesh = routes(route, ParentRef::isOfMesh, BackendPermits.OF_MESH);
        Stream.concat(atGateways.problems().stream(), inMesh.problems().stream())
                .distinct()
                .forEach(problem -> problem.report(route));
        RouteStatus status = new RouteStatus(route);
        Map<String, List<String>> taken = new HashMap<>();
        for (ParentRef parent : route.object().parents()) {
            if (parent.isOfGateways()) {
                atGateway(route, parent, atGateways, taken)
                        .ifPresent(a -> status.add(parent, a, atGateways));
            } else if (parent.isOfMesh() && route.object().kind().isOfConnections()) {
                route.findings()
                        .judge(
                                Code.NOT_SUPPORTED,
                                parent.at(),
                                "a %s with a %s for its parent is not supported yet: name a Gateway"
                                        .formatted(
                                                route.object().kind().kindName(), parent.kind()));
            } else if (parent.isOfMesh()) {
                status.add(parent, inMesh(route, parent, inMesh), inMesh);
            } else {
                route.findings()
                        .judge(
                                Code.NOT_SUPPORTED,
                                parent.at(),
                                "a parent of kind %s is not supported yet: name a Gateway, a ListenerSet, a Service or a ServiceEntry"
                                        .formatted(parent.kind()));
            }
        }
        connections.add(route, atGateways.http(), taken);
        ofRoutes.add(status.status());
        hostnames(route);
    }

    private static void hostnames(Written<RouteObject> route) {
        List<ParentRef> parents = route.object().parents();
        boolean onlyInMesh = !parents.isEmpty() && parents.stream().allMatch(ParentRef::isOfMesh);
        if (onlyInMesh && !route.object().hostnames().isEmpty()) {
            route.findings()
                    .judge(
                            Code.WITHOUT_EFFECT,
                            FieldPath.SPEC.field("hostnames"),
                            "hostnames have no effect: the parents of the route are services, which have their own");
        }
    }

    /// Nothing, and nothing to report, where no parent is of the sort.
    private Routes routes(
            Written<RouteObject> route, Predicate<ParentRef> sort, BackendPermits permits) {
        return route.object().parents().stream().anyMatch(sort)
                ? RouteRules.convert(route, permits, known, domainSuffix)
                : Routes.NONE;
    }

    private Attachment inMesh(Written<RouteObject> route, ParentRef parent, Routes converted) {
        if (parent.sectionName().isPresent()) {
            route.findings()
                    .judge(
                            Code.NOT_SUPPORTED,
                            parent.at().field("sectionName"),
                            "sectionName of a service is not supported: write the port's number under port");
        }
        Attachment attachment = mesh.attach(route, parent);
        if (attachment instanceof Attachment.Accepted(List<String> hosts)) {
            hosts.forEach(host -> routes.addToMesh(route, parent.port(), host, converted.http()));
        }
        return attachment;
    }

    /// @param ofConnections where a route of connections is taken: hosts by gateway
    /// @return empty for a gateway of somebody else, who answers for it
    private Optional<Attachment> atGateway(
            Written<RouteObject> route,
            ParentRef parent,
            Routes converted,
            Map<String, List<String>> ofConnections) {
        String name = GatewayListeners.title(parent, route.namespace());
        if (listeners.isOfOthers(name)) {
            return Optional.empty();
        }
        Optional<List<ListenerView>> found = listeners.of(name);
        if (found.isEmpty()) {
            return Optional.of(
                    new Attachment.Refused(
                            "NoMatchingParent", 0, "no %s is written".formatted(name)));
        }
        List<String> taken = new ArrayList<>();
        boolean accepted = false;
        Attachment.Refused refused = ListenerView.noneMeant(route.object().kind());
        for (ListenerView listener : found.get()) {
            switch (listener.attach(route, parent)) {
                case Attachment.Accepted(List<String> hosts) -> {
                    accepted = true;
                    List<String> own = listeners.around(listener).own(listener, hosts);
                    attached.add(listener, own);
                    taken.addAll(own);
                    if (route.object().kind().isOfConnections()) {
                        ofConnections.put(listener.gatewayKey(), listener.narrowed(own));
                    } else {
                        own.forEach(host ->
                                routes.addToGateway(
                                        route, listener.gatewayKey(), host, converted.http()));
                    }
                }
                // What one says about its own listener is better than that others were not meant.
                case Attachment.Refused why -> {
                    if (refused.rank() < why.rank()) {
                        refused = why;
                    }
                }
            }
        }
        if (!accepted) {
            return Optional.of(
                    new Attachment.Refused(
                            refused.reason(), refused.rank(), refused.message().formatted(name)));
        }
        if (taken.isEmpty()) {
            route.findings()
                    .judge(
                            Code.WITHOUT_EFFECT,
                            parent.at(),
                            "the route has no effect at %s: narrower listeners have all of its hostnames"
                                    .formatted(name));
        }
        return Optional.of(new Attachment.Accepted(taken));
    }
}
