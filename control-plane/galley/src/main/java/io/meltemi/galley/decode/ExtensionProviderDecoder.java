package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.model.config.ExtensionProvider;
import io.meltemi.model.config.ExtensionProvider.Authorizing;
import io.meltemi.model.config.ExtensionProvider.GrpcAuthorizer;
import io.meltemi.model.config.ExtensionProvider.HttpAuthorizer;
import io.meltemi.model.config.ExtensionProvider.RequestBody;
import io.meltemi.model.config.ExtensionProvider.Role;
import io.meltemi.model.config.ExtensionProvider.Target;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Reads an entry of `extensionProviders`. Immutable.
final class ExtensionProviderDecoder {
    private static final String HTTP = "envoyExtAuthzHttp";
    private static final String GRPC = "envoyExtAuthzGrpc";

    private ExtensionProviderDecoder() {}

    /// @return empty where nothing that is served stands in it
    static Optional<ExtensionProvider> decode(ObjectReader provider) {
        provider.notYet(
                "datadog",
                "envoyFileAccessLog",
                "envoyHttpAls",
                "envoyOtelAls",
                "envoyTcpAls",
                "lightstep",
                "opencensus",
                "opentelemetry",
                "prometheus",
                "sds",
                "skywalking",
                "stackdriver",
                "zipkin");
        provider.exclusive(List.of(HTTP, GRPC));
        String name = provider.requiredString("name");
        Optional<Role> http =
                provider.object(HTTP, ExtensionProviderDecoder::http).map(Role.class::cast);
        Optional<Role> grpc =
                provider.object(GRPC, ExtensionProviderDecoder::grpc).map(Role.class::cast);
        return Stream.of(http, grpc)
                .flatMap(Optional::stream)
                .findFirst()
                .map(role -> new ExtensionProvider(name, role));
    }

    private static GrpcAuthorizer grpc(ObjectReader grpc) {
        return new GrpcAuthorizer(target(grpc), authorizing(grpc));
    }

    private static HttpAuthorizer http(ObjectReader http) {
        List<String> shown = http.strings("includeRequestHeadersInCheck");
        List<String> old = http.strings("includeHeadersInCheck");
        return new HttpAuthorizer(
                target(http),
                authorizing(http),
                http.string("pathPrefix").filter(p -> !p.isEmpty()),
                shown.isEmpty() ? old : shown,
                new TreeMap<>(http.stringMap("includeAdditionalHeadersInCheck")),
                http.strings("headersToUpstreamOnAllow"),
                http.strings("headersToDownstreamOnDeny"),
                http.strings("headersToDownstreamOnAllow"));
    }

    /// `[NAMESPACE/]HOST` and a port.
    private static Target target(ObjectReader provider) {
        String service = provider.requiredString("service");
        if (!provider.has("port")) {
            provider.missing("port");
        }
        int slash = service.indexOf('/');
        return new Target(
                slash < 0 ? Optional.empty() : Optional.of(service.substring(0, slash)),
                service.substring(slash + 1),
                provider.integer("port").orElse(0));
    }

    private static Authorizing authorizing(ObjectReader provider) {
        return new Authorizing(
                provider.duration("timeout"),
                provider.bool("failOpen").orElse(false),
                provider.bool("clearRouteCache").orElse(false),
                status(provider),
                provider.object("includeRequestBodyInCheck", ExtensionProviderDecoder::body));
    }

    private static RequestBody body(ObjectReader body) {
        return new RequestBody(
                body.integer("maxRequestBytes").orElse(0),
                body.bool("allowPartialMessage").orElse(false),
                body.bool("packAsBytes").orElse(false));
    }

    /// Istio writes the number as a text.
    private static OptionalInt status(ObjectReader provider) {
        String name = "statusOnError";
        Optional<String> text = provider.string(name).filter(t -> !t.isEmpty());
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        if (!text.get().matches("[0-9]{1,9}")) {
            provider.findings()
                    .unread(
                            Code.WRONG_TYPE,
                            provider.path().field(name),
                            "statusOnError '%s' is no HTTP status: expected a number in quotes such as \"403\""
                                    .formatted(ObjectReader.shown(text.get())));
            return OptionalInt.empty();
        }
        return OptionalInt.of(Integer.parseInt(text.get()));
    }
}
