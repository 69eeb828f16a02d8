package io.meltemi.proxy.overload;

import org.jspecify.annotations.Nullable;

/// What the overload manager can do: Envoy's overload actions and load shed points.
public enum Lever {
    STOP_ACCEPTING_REQUESTS(0, "envoy.overload_actions.stop_accepting_requests", false),
    DISABLE_HTTP_KEEPALIVE(1, "envoy.overload_actions.disable_http_keepalive", false),
    STOP_ACCEPTING_CONNECTIONS(2, "envoy.overload_actions.stop_accepting_connections", false),
    REJECT_INCOMING_CONNECTIONS(3, "envoy.overload_actions.reject_incoming_connections", false),
    REDUCE_TIMEOUTS(4, "envoy.overload_actions.reduce_timeouts", false),
    TCP_LISTENER_ACCEPT(5, "envoy.load_shed_points.tcp_listener_accept", true),
    DECODE_HEADERS(6, "envoy.load_shed_points.http_connection_manager_decode_headers", true),
    HTTP1_ABORT_DISPATCH(7, "envoy.load_shed_points.http1_server_abort_dispatch", true),
    HTTP2_GO_AWAY(8, "envoy.load_shed_points.http2_server_go_away_on_dispatch", true);

    private final int slot;
    private final String envoyName;
    private final boolean point;

    Lever(int slot, String envoyName, boolean point) {
        this.slot = slot;
        this.envoyName = envoyName;
        this.point = point;
    }

    /// Its place among the states of all, from 0 without gaps.
    int slot() {
        return slot;
    }

    String envoyName() {
        return envoyName;
    }

    /// Whether it is a load shed point, which counts how often it was used.
    boolean isPoint() {
        return point;
    }

    /// The one of this name, or null.
    static @Nullable Lever named(String envoyName, boolean point) {
        for (Lever lever : values()) {
            if (lever.point == point && lever.envoyName.equals(envoyName)) {
                return lever;
            }
        }
        return null;
    }
}
