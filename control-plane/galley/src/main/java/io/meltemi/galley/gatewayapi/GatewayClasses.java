package io.meltemi.galley.gatewayapi;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.gatewayapi.GatewayApiObject.ClassObject;
import io.meltemi.galley.gatewayapi.GatewayApiObject.GatewayObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which gateways are the mesh's to carry. Immutable.
final class GatewayClasses {
    /// Istio's controller, whose configuration is taken here.
    private static final String CONTROLLER = "istio.io/gateway-controller";

    /// Istio: it exists without being written.
    private static final String BUILT_IN = "istio";

    /// Of Istio, for other things than ingress and egress.
    private static final Set<String> NOT_YET =
            Set.of(
                    "istio-agentgateway",
                    "istio-agentgateway-waypoint",
                    "istio-east-west",
                    "istio-remote",
                    "istio-waypoint");

    private final Map<String, String> controllers = new HashMap<>();

    GatewayClasses(List<ClassObject> classes) {
        controllers.put(BUILT_IN, CONTROLLER);
        classes.forEach(c -> controllers.put(c.metadata().name(), c.controller()));
    }

    /// A gateway of another controller is reported.
    boolean isOurs(Written<GatewayObject> gateway) {
        String name = gateway.object().className();
        FieldPath at = FieldPath.SPEC.field("gatewayClassName");
        if (NOT_YET.contains(name)) {
            gateway.findings()
                    .judge(
                            Code.NOT_SUPPORTED,
                            at,
                            "gatewayClassName %s is not supported yet".formatted(name));
            return false;
        }
        String controller = controllers.get(name);
        if (controller == null) {
            gateway.findings()
                    .judge(
                            Code.WITHOUT_EFFECT,
                            at,
                            "no GatewayClass %s is written: the Gateway has no effect; gatewayClassName istio always exists"
                                    .formatted(name));
            return false;
        }
        if (!controller.equals(CONTROLLER)) {
            gateway.findings()
                    .judge(
                            Code.WITHOUT_EFFECT,
                            at,
                            "gatewayClassName %s belongs to the controller %s: the Gateway has no effect here"
                                    .formatted(name, controller));
            return false;
        }
        return true;
    }
}
