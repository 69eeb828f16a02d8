package io.meltemi.galley.gatewayapi;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.galley.gatewayapi.GatewayApiObject.ClassObject;
import io.meltemi.galley.gatewayapi.GatewayApiObject.GatewayObject;
import io.meltemi.galley.gatewayapi.GatewayApiObject.GrantObject;
import io.meltemi.galley.gatewayapi.GatewayApiObject.ListenerSetObject;
import io.meltemi.galley.gatewayapi.GatewayApiObject.RouteObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// All documents of the Gateway API, by kind and in the order that decides ties. Confined to one
/// reading.
public final class GatewayApiDocuments {
    /// Gateway API: what is older goes first, then what is first by namespace and name.
    private static final Comparator<Written<?>> OLDEST_FIRST =
            Comparator.comparing(
                            (Written<?> w) -> w.object().metadata().created().orElse(Instant.MIN))
                    .thenComparing(Written::fullName);

    private final Map<String, Findings> names = new HashMap<>();
    private final List<ClassObject> classes = new ArrayList<>();
    private final List<Written<GatewayObject>> gateways = new ArrayList<>();
    private final List<Written<ListenerSetObject>> listenerSets = new ArrayList<>();
    private final List<Written<RouteObject>> routes = new ArrayList<>();
    private final List<GrantObject> grants = new ArrayList<>();

    /// Takes one document in; the second of one kind, namespace and name is reported.
    public void add(GatewayApiObject object, Findings findings) {
        if (isTwice(object, findings)) {
            return;
        }
        switch (object) {
            case ClassObject c -> classes.add(c);
            case GatewayObject g -> gateways.add(new Written<>(g, findings));
            case ListenerSetObject s -> listenerSets.add(new Written<>(s, findings));
            case RouteObject r -> routes.add(new Written<>(r, findings));
            case GrantObject g -> grants.add(g);
        }
    }

    private boolean isTwice(GatewayApiObject object, Findings findings) {
        String key =
                object.kind().kindName()
                        + "/"
                        + object.metadata().namespace()
                        + "/"
                        + object.metadata().name();
        FieldPath at = FieldPath.METADATA.field("name");
        Findings before = names.putIfAbsent(key, findings);
        if (before != null) {
            findings.judge(
                    Code.DUPLICATE,
                    at,
                    "%s is written twice: here and at %s".formatted(key, before.at(at)));
        }
        return before != null;
    }

    List<ClassObject> classes() {
        return classes;
    }

    List<Written<GatewayObject>> gateways() {
        return gateways.stream().sorted(OLDEST_FIRST).toList();
    }

    List<Written<ListenerSetObject>> listenerSets() {
        return listenerSets.stream().sorted(OLDEST_FIRST).toList();
    }

    List<Written<RouteObject>> routes() {
        return routes.stream().sorted(OLDEST_FIRST).toList();
    }

    List<GrantObject> grants() {
        return grants;
    }
}
