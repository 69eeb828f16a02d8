package io.meltemi.proxy.cluster;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/// Where and how one endpoint's health is checked (Envoy's `health_check_config`). Immutable.
///
/// @param address instead of the endpoint's own; null: its own
/// @param port instead of the address's own; 0: its own
/// @param hostname what checks call it by; empty: as the check or the cluster says
/// @param disabled whether it is not checked at all
public record CheckTarget(
        @Nullable SocketAddress address, int port, String hostname, boolean disabled) {
    /// The endpoint itself, by the usual name.
    public static final CheckTarget NONE = new CheckTarget(null, 0, "", false);

    /// Where the checks of an endpoint at this address go.
    public SocketAddress of(SocketAddress endpoint) {
        SocketAddress base = address == null ? endpoint : address;
        return port != 0 && base instanceof InetSocketAddress inet && inet.getAddress() != null
                ? new InetSocketAddress(inet.getAddress(), port)
                : base;
    }
}
