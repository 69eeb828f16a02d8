package io.meltemi.galley.analyze;

import io.meltemi.galley.finding.FieldPath;
import io.meltemi.model.config.Destination;
import io.meltemi.model.config.HttpRoute;
import io.meltemi.model.config.HttpRoute.HttpRouteDestination;
import io.meltemi.model.config.TcpRoute.RouteDestination;
import io.meltemi.model.config.VirtualService;
import java.util.List;
import java.util.function.BiConsumer;

/// Walks the destinations of a virtual service. Immutable.
final class Destinations {
    private Destinations() {}

    static void forEach(VirtualService service, BiConsumer<Destination, FieldPath> visitor) {
        FieldPath http = FieldPath.SPEC.field("http");
        for (int i = 0; i < service.http().size(); i++) {
            HttpRoute route = service.http().get(i);
            List<Destination> destinations =
                    route.route().stream().map(HttpRouteDestination::destination).toList();
            visit(destinations, http.item(i).field("route"), visitor);
            mirrors(route, http.item(i), visitor);
        }
        FieldPath tls = FieldPath.SPEC.field("tls");
        for (int i = 0; i < service.tls().size(); i++) {
            visit(of(service.tls().get(i).route()), tls.item(i).field("route"), visitor);
        }
        FieldPath tcp = FieldPath.SPEC.field("tcp");
        for (int i = 0; i < service.tcp().size(); i++) {
            visit(of(service.tcp().get(i).route()), tcp.item(i).field("route"), visitor);
        }
    }

    private static List<Destination> of(List<RouteDestination> route) {
        return route.stream().map(RouteDestination::destination).toList();
    }

    private static void visit(
            List<Destination> route, FieldPath path, BiConsumer<Destination, FieldPath> visitor) {
        for (int i = 0; i < route.size(); i++) {
            visitor.accept(route.get(i), path.item(i).field("destination"));
        }
    }

    /// Those of the list come first, then the one that stands alone.
    private static void mirrors(
            HttpRoute route, FieldPath path, BiConsumer<Destination, FieldPath> visitor) {
        for (int i = 0; i < route.mirrors().size(); i++) {
            visitor.accept(
                    route.mirrors().get(i).destination(),
                    path.field("mirrors").item(i).field("destination"));
        }
    }
}
