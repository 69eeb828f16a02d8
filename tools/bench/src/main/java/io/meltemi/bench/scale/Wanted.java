package io.meltemi.bench.scale;

/// The types that a simulated proxy asks for.
enum Wanted {
    CLUSTER("envoy.config.cluster.v3.Cluster"),
    ENDPOINT("envoy.config.endpoint.v3.ClusterLoadAssignment"),
    LISTENER("envoy.config.listener.v3.Listener"),
    ROUTE("envoy.config.route.v3.RouteConfiguration"),
    VIRTUAL_HOST("envoy.config.route.v3.VirtualHost");

    private final String url;

    Wanted(String message) {
        this.url = "type.googleapis.com/" + message;
    }

    String url() {
        return url;
    }

    int bit() {
        return 1 << ordinal();
    }

    /// @throws IllegalArgumentException when nobody asked for it
    static Wanted of(String url) {
        for (Wanted each : values()) {
            if (each.url.equals(url)) {
                return each;
            }
        }
        throw new IllegalArgumentException("'" + url + "' was not asked for");
    }
}
