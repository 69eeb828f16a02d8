package io.meltemi.pilot.translate;

/// Istio's names of clusters: its tools parse them. Thread-safe: stateless.
public final class ClusterNames {
    /// To wherever the caller wanted to go.
    public static final String PASSTHROUGH = "PassthroughCluster";

    /// To nowhere.
    public static final String BLACK_HOLE = "BlackHoleCluster";

    /// To the port of the application that the caller wanted.
    public static final String INBOUND_PASSTHROUGH = "InboundPassthroughCluster";

    /// Of the bootstrap: Mixer's quotas, access logs and spans.
    public static final String MIXER = "mixer";

    /// Of the bootstrap: the agent's secrets.
    public static final String SDS = "sds-grpc";

    private ClusterNames() {}

    /// @param subset empty for all endpoints
    public static String outbound(int port, String subset, String host) {
        return "outbound|" + port + "|" + subset + "|" + host;
    }

    public static String inbound(int port) {
        return "inbound|" + port + "||";
    }

    /// What callers say in the TLS handshake: the cluster's name in the form of a DNS name.
    public static String sni(int port, String subset, String host) {
        return "outbound_." + port + "_." + subset + "_." + host;
    }
}
