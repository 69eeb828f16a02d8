package io.meltemi.proxy.observe;

/// The HTTP version on one side of an exchange, with Envoy's `%PROTOCOL%` text.
public enum WireProtocol {
    HTTP_1_0("HTTP/1.0"),
    HTTP_1_1("HTTP/1.1"),
    HTTP_2("HTTP/2"),
    HTTP_3("HTTP/3");

    private final String text;

    WireProtocol(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
