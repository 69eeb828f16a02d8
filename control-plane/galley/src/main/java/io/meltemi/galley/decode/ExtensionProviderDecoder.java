package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.model.config.AccessLogFile.Format;
import io.meltemi.model.config.ExtensionProvider;
import io.meltemi.model.config.ExtensionProvider.Authorizing;
import io.meltemi.model.config.ExtensionProvider.GrpcAuthorizer;
import io.meltemi.model.config.ExtensionProvider.GrpcLog;
import io.meltemi.model.config.ExtensionProvider.GrpcLog.Entries;
import io.meltemi.model.config.ExtensionProvider.HttpAuthorizer;
import io.meltemi.model.config.ExtensionProvider.Metrics;
import io.meltemi.model.config.ExtensionProvider.OpenTelemetryLog;
import io.meltemi.model.config.ExtensionProvider.OpenTelemetryTracer;
import io.meltemi.model.config.ExtensionProvider.RequestBody;
import io.meltemi.model.config.ExtensionProvider.Role;
import io.meltemi.model.config.ExtensionProvider.Target;
import io.meltemi.model.config.ExtensionProvider.ZipkinTracer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/// Reads an entry of `extensionProviders`. Immutable.
final class ExtensionProviderDecoder {
    private static final List<String> ROLES =
            List.of(
                    "envoyExtAuthzHttp",
                    "envoyExtAuthzGrpc",
                    "envoyFileAccessLog",
                    "envoyHttpAls",
                    "envoyOtelAls",
                    "envoyTcpAls",
                    "opentelemetry",
                    "prometheus",
                    "zipkin");

    private ExtensionProviderDecoder() {}

    /// @param mesh the format of the mesh's own log
    /// @return empty where nothing that is served stands in it
    static Optional<ExtensionProvider> decode(ObjectReader provider, Format mesh) {
        provider.notYet("datadog", "lightstep", "opencensus", "sds", "skywalking", "stackdriver");
        provider.exclusive(ROLES);
        String name = provider.requiredString("name");
        Format ofMesh = name.equals("envoy") ? mesh : new Format.Text(Optional.empty());
        Map<String, Function<ObjectReader, Role>> decoders =
                Map.of(
                        "envoyExtAuthzHttp", ExtensionProviderDecoder::http,
                        "envoyExtAuthzGrpc", ExtensionProviderDecoder::grpc,
                        "envoyFileAccessLog", log -> AccessLogDecoder.ofProvider(log, ofMesh),
                        "envoyHttpAls", log -> grpcLog(log, Entries.REQUESTS),
                        "envoyTcpAls", log -> grpcLog(log, Entries.CONNECTIONS),
                        "envoyOtelAls", ExtensionProviderDecoder::openTelemetryLog,
                        "opentelemetry", ExtensionProviderDecoder::openTelemetry,
                        "zipkin", ExtensionProviderDecoder::zipkin,
                        "prometheus", _ -> new Metrics());
        List<Role> written =
                ROLES.stream()
                        .flatMap(role ->
                                provider
                                        .object(role, Objects.requireNonNull(decoders.get(role)))
                                        .stream())
                        .toList();
        return written.stream().findFirst().map(role -> new ExtensionProvider(name, role));
    }

    private static GrpcLog grpcLog(ObjectReader log, Entries entries) {
        log.notYet("filterStateObjectsToLog");
        boolean requests = entries == Entries.REQUESTS;
        return new GrpcLog(
                target(log),
                entries,
                logName(log),
                requests ? log.strings("additionalRequestHeadersToLog") : List.of(),
                requests ? log.strings("additionalResponseHeadersToLog") : List.of(),
                requests ? log.strings("additionalResponseTrailersToLog") : List.of());
    }

    private static OpenTelemetryLog openTelemetryLog(ObjectReader log) {
        SortedMap<String, String> labels = new TreeMap<>();
        Optional<Optional<String>> text =
                log.object(
                        "logFormat",
                        f -> {
                            labels.putAll(f.stringMap("labels"));
                            return f.string("text").filter(t -> !t.isEmpty());
                        });
        return new OpenTelemetryLog(target(log), logName(log), text.flatMap(t -> t), labels);
    }

    private static Optional<String> logName(ObjectReader log) {
        return log.string("logName").filter(n -> !n.isEmpty());
    }

    private static OpenTelemetryTracer openTelemetry(ObjectReader tracer) {
        tracer.notYet(
                "dynatraceSampler",
                "grpc",
                "http",
                "maxTagLength",
                "resourceDetectors",
                "serviceAttributeEnrichment");
        return new OpenTelemetryTracer(target(tracer));
    }

    private static ZipkinTracer zipkin(ObjectReader tracer) {
        tracer.notYet("headers", "maxTagLength", "timeout", "traceContextOption");
        return new ZipkinTracer(
                target(tracer),
                tracer.string("path").filter(p -> !p.isEmpty()),
                !tracer.bool("enable64bitTraceId").orElse(false));
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
