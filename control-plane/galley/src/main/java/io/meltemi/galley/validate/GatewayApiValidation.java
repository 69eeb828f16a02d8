package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.galley.gatewayapi.GatewayApiObject;
import io.meltemi.galley.gatewayapi.GatewayApiObject.ClassObject;
import io.meltemi.galley.gatewayapi.GatewayApiObject.GatewayObject;
import io.meltemi.galley.gatewayapi.GatewayApiObject.GrantObject;
import io.meltemi.galley.gatewayapi.GatewayApiObject.Listener;
import io.meltemi.galley.gatewayapi.GatewayApiObject.ListenerSetObject;
import io.meltemi.galley.gatewayapi.GatewayApiObject.RouteObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One document of the Gateway API: what its schema refuses (v1.6, rules in CEL included).
/// Immutable.
public final class GatewayApiValidation {
    private static final int MOST_LISTENERS = 64;
    private static final FieldPath LISTENERS = FieldPath.SPEC.field("listeners");

    private GatewayApiValidation() {}

    public static void validate(GatewayApiObject object, Findings findings) {
        NameRules.metadata(object.metadata(), findings);
        switch (object) {
            case ClassObject c -> controller(c, findings);
            case GatewayObject g -> listeners("Gateway", g.listeners(), findings);
            case ListenerSetObject s -> listeners("ListenerSet", s.listeners(), findings);
            case RouteObject r -> ApiRouteValidation.validate(r, findings);
            case GrantObject _ -> {}
        }
    }

    private static void controller(ClassObject c, Findings findings) {
        int slash = c.controller().indexOf('/');
        boolean valid =
                slash > 0
                        && slash < c.controller().length() - 1
                        && NameRules.isDnsSubdomain(c.controller().substring(0, slash));
        if (!valid) {
            findings.judge(
                    Code.SCHEMA,
                    FieldPath.SPEC.field("controllerName"),
                    "controllerName '%s' is not DOMAIN/PATH, such as istio.io/gateway-controller"
                            .formatted(c.controller()));
        }
    }

    private static void listeners(String kind, List<Listener> listeners, Findings findings) {
        if (listeners.isEmpty() || listeners.size() > MOST_LISTENERS) {
            findings.judge(
                    Code.SCHEMA,
                    LISTENERS,
                    "a %s has 1 to %d listeners".formatted(kind, MOST_LISTENERS));
        }
        Set<String> names = new HashSet<>();
        Map<List<Object>, String> doors = new HashMap<>();
        for (Listener listener : listeners) {
            listener(listener, findings);
            if (!names.add(listener.name())) {
                findings.judge(
                        Code.SCHEMA,
                        listener.at().field("name"),
                        "listener name '%s' stands twice".formatted(listener.name()));
            }
            String before =
                    doors.putIfAbsent(
                            List.of(
                                    listener.port(),
                                    listener.protocol(),
                                    listener.hostname().orElse("")),
                            listener.name());
            if (before != null) {
                findings.judge(
                        Code.SCHEMA,
                        listener.at(),
                        "listener '%s' has the same port, protocol and hostname as '%s'"
                                .formatted(listener.name(), before));
            }
        }
    }

    private static void listener(Listener listener, Findings findings) {
        if (!NameRules.isDnsSubdomain(listener.name())) {
            findings.judge(
                    Code.SCHEMA,
                    listener.at().field("name"),
                    "listener name '%s' is not valid: lower-case letters, digits, '-' and '.' only"
                            .formatted(listener.name()));
        }
        QuantityRules.port(listener.port(), listener.at().field("port"), findings);
        ListenerTlsRules.validate(listener, findings);
        listener.hostname()
                .ifPresent(
                        h -> ApiRouteRules.hostname(h, listener.at().field("hostname"), findings));
    }
}
