package io.meltemi.galley.decode;

import io.meltemi.galley.gatewayapi.GatewayApiKind;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What a filter of a route can be, and the field that says the rest.
enum ApiFilterType {
    REQUEST_HEADERS("RequestHeaderModifier", "requestHeaderModifier"),
    RESPONSE_HEADERS("ResponseHeaderModifier", "responseHeaderModifier"),
    MIRROR("RequestMirror", "requestMirror"),
    REDIRECT("RequestRedirect", "requestRedirect"),
    REWRITE("URLRewrite", "urlRewrite"),
    CORS("CORS", "cors"),
    EXTENSION("ExtensionRef", "extensionRef"),
    EXTERNAL_AUTH("ExternalAuth", "externalAuth");

    private static final List<ApiFilterType> OF_GRPC =
            List.of(REQUEST_HEADERS, RESPONSE_HEADERS, MIRROR, EXTENSION);

    private final String text;
    private final String field;

    ApiFilterType(String text, String field) {
        this.text = text;
        this.field = field;
    }

    /// As it is written under `type`.
    String text() {
        return text;
    }

    String field() {
        return field;
    }

    boolean isServed() {
        return this != EXTENSION && this != EXTERNAL_AUTH;
    }

    /// Those that a route of the kind can have.
    static List<ApiFilterType> of(GatewayApiKind route) {
        return route == GatewayApiKind.GRPC_ROUTE ? OF_GRPC : List.of(values());
    }

    static Optional<ApiFilterType> named(String text) {
        return Arrays.stream(values()).filter(t -> t.text.equals(text)).findFirst();
    }
}
