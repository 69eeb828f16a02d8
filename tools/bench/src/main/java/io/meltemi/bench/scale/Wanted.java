package io.meltemi.bench.scale;

/// The types that a simulated proxy asks for.
enum Wanted {
    CLUSTER(1, "envoy.config.cluster.v3.Cluster"),
    ENDPOINT(2, "envoy.config.endpoint.v3.ClusterLoadAssignment"),
    LISTENER(4, "envoy.config.listener.v3.Listener"),
    ROUTE(8, "envoy.config.route.v3.RouteConfiguration"),
    VIRTUAL_HOST(16, "envoy.config.route.v3.VirtualHost");

    private final int bit;
    private final String url;

    Wanted(int bit, String message) {
        this.bit = bit;
        this.url = "type.googleapis.com/" + message;
    }

    String url() {
        return url;
    }

    /// Its place in a set.
    int bit() {
        return bit;
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
