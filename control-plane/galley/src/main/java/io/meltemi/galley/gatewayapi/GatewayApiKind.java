package io.meltemi.galley.gatewayapi;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The kinds of the Gateway API that are served.
public enum GatewayApiKind {
    GATEWAY_CLASS("GatewayClass"),
    GATEWAY("Gateway"),
    LISTENER_SET("ListenerSet"),
    HTTP_ROUTE("HTTPRoute"),
    GRPC_ROUTE("GRPCRoute"),
    TLS_ROUTE("TLSRoute"),
    TCP_ROUTE("TCPRoute"),
    REFERENCE_GRANT("ReferenceGrant");

    /// The API group of all of them.
    public static final String GROUP = "gateway.networking.k8s.io";

    /// Their fields are the same in each.
    private static final List<String> VERSIONS = List.of("v1", "v1beta1", "v1alpha3", "v1alpha2");

    private final String kindName;

    GatewayApiKind(String kindName) {
        this.kindName = kindName;
    }

    public String kindName() {
        return kindName;
    }

    /// Whether its rules are for connections, which nobody looks into.
    public boolean isOfConnections() {
        return this == TLS_ROUTE || this == TCP_ROUTE;
    }

    public static Optional<GatewayApiKind> of(String apiVersion, String kindName) {
        return Arrays.stream(values())
                .filter(kind -> kind.kindName.equals(kindName))
                .filter(_ -> VERSIONS.stream().anyMatch(v -> apiVersion.equals(GROUP + "/" + v)))
                .findFirst();
    }
}
