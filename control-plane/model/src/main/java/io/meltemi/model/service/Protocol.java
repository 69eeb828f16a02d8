package io.meltemi.model.service;

/// What is spoken on a port.
public enum Protocol {
    HTTP,
    HTTP2,
    GRPC,
    TCP,
    /// Encrypted by the application: passed on unopened, routed by the handshake's server name.
    TLS,
    /// Not declared: the first bytes of each connection tell (Istio: automatic protocol selection).
    AUTO;

    /// Whether all that comes are requests, which can be routed one by one.
    public boolean isHttp() {
        return this == HTTP || isHttp2();
    }

    /// Whether requests may come.
    public boolean mayBeHttp() {
        return isHttp() || this == AUTO;
    }

    /// Whether connections to the application are HTTP/2.
    public boolean isHttp2() {
        return this == HTTP2 || this == GRPC;
    }
}
