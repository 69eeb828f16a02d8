package io.meltemi.model.service;

/// What is spoken on a port, as declared.
public enum Protocol {
    HTTP,
    HTTP2,
    GRPC,
    TCP,
    /// Encrypted by the application: passed on unopened, routed by the handshake's server name.
    TLS;

    /// Whether requests on the port can be routed one by one.
    public boolean isHttp() {
        return this != TCP && this != TLS;
    }

    /// Whether connections to the application are HTTP/2.
    public boolean isHttp2() {
        return this == HTTP2 || this == GRPC;
    }
}
