package io.meltemi.testkit.mutualtls;

/// What is sent to a port, and what the port is declared to carry.
enum Traffic {
    HTTP_1("HTTP"),
    HTTP_2("HTTP2"),
    TCP("TCP"),
    /// A port of which nobody says that it carries HTTP.
    HTTP_OVER_TCP("TCP"),
    /// TLS of the caller's own, or that a DestinationRule asks its sidecar for.
    TLS_TO_TCP("TCP"),
    TLS_TO_HTTP("HTTP"),
    /// The same to ports that do not say what they carry.
    UNDECLARED_HTTP_1(""),
    UNDECLARED_HTTP_2(""),
    UNDECLARED_TCP(""),
    UNDECLARED_TLS("");

    private final String protocol;

    Traffic(String protocol) {
        this.protocol = protocol;
    }

    /// The port's field; empty where there is none.
    String protocolYaml() {
        return protocol.isEmpty() ? "" : ", protocol: " + protocol;
    }

    boolean isTls() {
        return this == TLS_TO_TCP || this == TLS_TO_HTTP || this == UNDECLARED_TLS;
    }
}
