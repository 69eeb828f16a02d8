package io.meltemi.galley.gatewayapi;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.gatewayapi.GatewayApiObject.GatewayObject;
import io.meltemi.galley.gatewayapi.GatewayApiObject.ParentRef;
import io.meltemi.galley.gatewayapi.GatewayApiObject.RouteObject;
import io.meltemi.galley.gatewayapi.ListenerView.Attachment;
import io.meltemi.galley.gatewayapi.RouteRules.Routes;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.Sourced;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Makes of gateways and routes what the mesh's own kinds say: one `Gateway` per listener, and one
/// `VirtualService` per parent and host with the routes of all that share it. Confined to one
/// reading.
///
/// Istio converts them so, with these names.
public final class GatewayApiConversion {
    private final Map<String, List<ListenerView>> listeners = new HashMap<>();
    private final Set<String> ofOthers = new HashSet<>();
    private final HostRoutes routes = new HostRoutes();
    private final MeshParents mesh;
    private final Grants grants;
    private final String domainSuffix;

    private GatewayApiConversion(GatewayApiDocuments documents, Surroundings around) {
        domainSuffix = around.settings().domainSuffix();
        mesh = new MeshParents(around);
        grants = new Grants(documents.grants());
        GatewayClasses classes = new GatewayClasses(documents.classes());
        for (Written<GatewayObject> gateway : documents.gateways()) {
            if (classes.isOurs(gateway)) {
                listeners.put(gateway.fullName(), ListenerView.of(gateway, around.namespaces()));
            } else {
                ofOthers.add(gateway.fullName());
            }
        }
    }

    /// @return what there is to route, each with the place of the document it comes from
    public static List<Sourced<ConfigResource>> convert(
            GatewayApiDocuments documents, Surroundings around) {
        GatewayApiConversion conversion = new GatewayApiConversion(documents, around);
        documents.routes().forEach(conversion::route);
        List<Sourced<ConfigResource>> converted = new ArrayList<>();
        conversion.listeners.values().stream()
                .flatMap(List::stream)
                .map(ListenerView::converted)
                .forEach(converted::add);
        converted.addAll(conversion.routes.converted());
        return converted;
    }

    private void route(Written<RouteObject> route) {
        Routes atGateways = routes(route, ParentRef::isGateway, grants);
        Routes inMesh = routes(route, ParentRef::isOfMesh, BackendPermits.OF_MESH);
        Stream.concat(atGateways.problems().stream(), inMesh.problems().stream())
                .distinct()
                .forEach(problem -> problem.report(route.findings()));
        for (ParentRef parent : route.object().parents()) {
            if (parent.isGateway()) {
                attachToGateway(route, parent, atGateways);
            } else if (parent.isOfMesh()) {
                attachToMesh(route, parent, inMesh);
            } else {
                route.findings()
                        .judge(
                                Code.NOT_SUPPORTED,
                                parent.at(),
                                "a parent of kind %s is not supported yet: name a Gateway, a Service or a ServiceEntry"
                                        .formatted(parent.kind()));
            }
        }
        boolean onlyInMesh =
                !route.object().parents().isEmpty()
                        && route.object().parents().stream().allMatch(ParentRef::isOfMesh);
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
                ? RouteRules.convert(route, permits, domainSuffix)
                : Routes.NONE;
    }

    private void attachToMesh(Written<RouteObject> route, ParentRef parent, Routes converted) {
        if (parent.sectionName().isPresent()) {
            route.findings()
                    .judge(
                            Code.NOT_SUPPORTED,
                            parent.at().field("sectionName"),
                            "sectionName of a service is not supported: write the port's number under port");
        }
        switch (mesh.attach(route, parent)) {
            case Attachment.Accepted(List<String> hosts) ->
                    hosts.forEach(
                            host -> routes.addToMesh(route, parent.port(), host, converted.http()));
            case Attachment.Refused why -> notAccepted(route, parent, why.reason(), why.message());
        }
    }

    private void attachToGateway(Written<RouteObject> route, ParentRef parent, Routes converted) {
        String name = parent.namespace().orElse(route.namespace()) + "/" + parent.name();
        if (ofOthers.contains(name)) {
            return;
        }
        List<ListenerView> found = listeners.get(name);
        if (found == null) {
            notAccepted(
                    route, parent, "NoMatchingParent", "no Gateway %s is written".formatted(name));
            return;
        }
        boolean accepted = false;
        Optional<Attachment.Refused> refused = Optional.empty();
        for (ListenerView listener : found) {
            switch (listener.attach(route, parent)) {
                case Attachment.Accepted(List<String> hosts) -> {
                    accepted = true;
                    hosts.forEach(host ->
                            routes.addToGateway(
                                    route, listener.gatewayKey(), host, converted.http()));
                }
                // What one says about its own listener is better than that others were not meant.
                case Attachment.Refused why -> {
                    if (refused.isEmpty() || refused.get().rank() < why.rank()) {
                        refused = Optional.of(why);
                    }
                }
            }
        }
        if (!accepted) {
            Attachment.Refused why =
                    refused.orElseGet(() -> ListenerView.noneMeant(route.object().kind()));
            notAccepted(route, parent, why.reason(), why.message().formatted(name));
        }
    }

    private static void notAccepted(
            Written<RouteObject> route, ParentRef parent, String reason, String message) {
        route.findings()
                .judge(
                        Code.ROUTE_NOT_ACCEPTED,
                        parent.at(),
                        "not accepted (%s): %s".formatted(reason, message));
    }
}
