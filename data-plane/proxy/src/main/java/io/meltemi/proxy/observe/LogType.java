package io.meltemi.proxy.observe;

/// At which moment of an exchange or a connection a line of access log is written. Immutable.
public enum LogType {
    DOWNSTREAM_START("DownstreamStart"),
    DOWNSTREAM_PERIODIC("DownstreamPeriodic"),
    DOWNSTREAM_TUNNEL_SUCCESSFULLY_ESTABLISHED("DownstreamTunnelSuccessfullyEstablished"),
    DOWNSTREAM_END("DownstreamEnd"),
    TCP_CONNECTION_END("TcpConnectionEnd"),
    TCP_UPSTREAM_CONNECTED("TcpUpstreamConnected"),
    TCP_PERIODIC("TcpPeriodic");

    private final String envoyName;

    LogType(String envoyName) {
        this.envoyName = envoyName;
    }

    /// As `%ACCESS_LOG_TYPE%` prints it and filters name it.
    public String envoyName() {
        return envoyName;
    }
}
