package io.meltemi.galley.gatewayapi;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.gatewayapi.GatewayApiObject.GatewayObject;
import io.meltemi.galley.gatewayapi.GatewayApiObject.ParentRef;
import io.meltemi.galley.gatewayapi.GatewayApiObject.RouteObject;
import io.meltemi.galley.gatewayapi.ListenerView.Attachment;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.HttpRoute;
import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.Sourced;
import io.meltemi.model.config.VirtualService;
import io.meltemi.model.diagnostic.Origin;
import io.meltemi.model.snapshot.MeshSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Makes of gateways and routes what the mesh's own kinds say: one `Gateway` per listener, and one
/// `VirtualService` per listener and host with the routes of all that share it. Confined to one
/// reading.
///
/// Istio converts them so, with these names; the tilde keeps them apart from all that is written.
public final class GatewayApiConversion {
    private final List<Written<RouteObject>> routes;
    private final Map<String, List<ListenerView>> listeners = new HashMap<>();
    private final Set<String> ofOthers = new HashSet<>();
    private final RouteRules rules;
    private final List<Sourced<ConfigResource>> converted = new ArrayList<>();
    private final SortedMap<String, Collected> collected = new TreeMap<>();

    /// The routes of one host behind one parent.
    private record Collected(
            String host, String gateway, Metadata first, Origin at, List<HttpRoute> http) {}

    private GatewayApiConversion(
            GatewayApiDocuments documents,
            Map<String, Map<String, String>> namespaces,
            MeshSettings settings) {
        routes = documents.routes();
        rules = new RouteRules(new Grants(documents.grants()), settings.domainSuffix());
        GatewayClasses classes = new GatewayClasses(documents.classes());
        for (Written<GatewayObject> gateway : documents.gateways()) {
            if (classes.isOurs(gateway)) {
                listeners.put(gateway.fullName(), ListenerView.of(gateway, namespaces));
            } else {
                ofOthers.add(gateway.fullName());
            }
        }
    }

    /// @param namespaces their labels by their names, as far as they are written down
    /// @return what there is to route, each with the place of the document it comes from
    public static List<Sourced<ConfigResource>> convert(
            GatewayApiDocuments documents,
            Map<String, Map<String, String>> namespaces,
            MeshSettings settings) {
        GatewayApiConversion conversion = new GatewayApiConversion(documents, namespaces, settings);
        conversion.listeners.values().stream()
                .flatMap(List::stream)
                .map(ListenerView::converted)
                .forEach(conversion.converted::add);
        conversion.routes.forEach(conversion::route);
        conversion.collected.forEach(conversion::finish);
        return conversion.converted;
    }

    private void route(Written<RouteObject> route) {
        List<HttpRoute> http = new ArrayList<>();
        for (int i = 0; i < route.object().rules().size(); i++) {
            http.addAll(rules.convert(route, i));
        }
        route.object().parents().forEach(parent -> attach(route, parent, http));
    }

    private void attach(Written<RouteObject> route, ParentRef parent, List<HttpRoute> http) {
        if (!parent.isGateway()) {
            route.findings()
                    .judge(
                            Code.NOT_SUPPORTED,
                            parent.at(),
                            "a parent of kind %s is not supported yet: name a Gateway"
                                    .formatted(parent.kind()));
            return;
        }
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
                    hosts.forEach(host -> collect(route, listener, host, http));
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

    private void collect(
            Written<RouteObject> route, ListenerView listener, String host, List<HttpRoute> http) {
        String name = listener.gatewayKey().replace('/', '~') + "~" + host;
        collected
                .computeIfAbsent(
                        name,
                        _ ->
                                new Collected(
                                        host,
                                        listener.gatewayKey(),
                                        route.object().metadata(),
                                        route.at(),
                                        new ArrayList<>()))
                .http()
                .addAll(http);
    }

    private void finish(String name, Collected routes) {
        converted.add(
                new Sourced<>(
                        new VirtualService(
                                new Metadata(name, routes.first().namespace(), Map.of()),
                                List.of(routes.host()),
                                List.of(routes.gateway()),
                                RoutePrecedence.sorted(routes.http()),
                                List.of(),
                                List.of(),
                                List.of(),
                                VirtualService.Semantics.GATEWAY_API),
                        routes.at()));
    }
}
