package io.meltemi.server.status;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.meltemi.xds.proto.control.ProxyStatus;
import java.time.Instant;

/// A proxy, since when it is connected, and what it has. Immutable.
///
/// @param stream its number
public record ConnectedProxy(long stream, Node node, Instant since, ProxyStatus status) {
    /// Istio: `NAME.NAMESPACE` out of `TYPE~IP~NAME.NAMESPACE~DOMAIN`.
    public String name() {
        String[] parts = node.getId().split("~", -1);
        return parts.length == 4 ? parts[2] : node.getId();
    }

    /// Of its workload, as it says itself.
    public String address() {
        String[] parts = node.getId().split("~", -1);
        return parts.length == 4 ? parts[1] : "";
    }

    /// `sidecar` or `router`.
    public String type() {
        int end = node.getId().indexOf('~');
        return end < 0 ? "" : node.getId().substring(0, end);
    }
}
