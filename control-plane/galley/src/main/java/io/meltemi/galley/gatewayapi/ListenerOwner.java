package io.meltemi.galley.gatewayapi;

import io.meltemi.galley.finding.Findings;
import io.meltemi.galley.gatewayapi.GatewayApiObject.GatewayObject;
import io.meltemi.galley.gatewayapi.GatewayApiObject.ListenerSetObject;

/// Who wrote some listeners: a Gateway its own, a ListenerSet for one. Immutable.
///
/// @param document where they are written
/// @param gateway whose workloads open them
record ListenerOwner(Written<? extends GatewayApiObject> document, Written<GatewayObject> gateway) {
    static ListenerOwner of(Written<GatewayObject> gateway) {
        return new ListenerOwner(gateway, gateway);
    }

    static ListenerOwner of(Written<ListenerSetObject> set, Written<GatewayObject> gateway) {
        return new ListenerOwner(set, gateway);
    }

    boolean isGateway() {
        return kind() == GatewayApiKind.GATEWAY;
    }

    GatewayApiKind kind() {
        return document.object().kind();
    }

    String namespace() {
        return document.namespace();
    }

    String name() {
        return document.name();
    }

    /// As routes name it for a parent, e.g. `Gateway shop/web`.
    String title() {
        return title(kind().kindName(), document.fullName());
    }

    static String title(String kind, String fullName) {
        return kind + " " + fullName;
    }

    Findings findings() {
        return document.findings();
    }
}
