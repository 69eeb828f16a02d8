package io.meltemi.galley.analyze;

import io.meltemi.galley.finding.FieldPath;
import io.meltemi.model.config.Destination;
import io.meltemi.model.config.VirtualService;
import io.meltemi.model.config.VirtualService.HttpRouteDestination;
import java.util.List;
import java.util.function.BiConsumer;

/// Walks the destinations of a virtual service. Immutable.
final class Destinations {
    private Destinations() {}

    static void forEach(VirtualService service, BiConsumer<Destination, FieldPath> visitor) {
        FieldPath http = FieldPath.SPEC.field("http");
        for (int i = 0; i < service.http().size(); i++) {
            List<HttpRouteDestination> route = service.http().get(i).route();
            for (int d = 0; d < route.size(); d++) {
                visitor.accept(
                        route.get(d).destination(),
                        http.item(i).field("route").item(d).field("destination"));
            }
        }
    }
}
