package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.ExtensionProvider;
import io.meltemi.model.config.ExtensionProvider.Authorizing;
import io.meltemi.model.config.ExtensionProvider.FileLog;
import io.meltemi.model.config.ExtensionProvider.GrpcAuthorizer;
import io.meltemi.model.config.ExtensionProvider.GrpcLog;
import io.meltemi.model.config.ExtensionProvider.HttpAuthorizer;
import io.meltemi.model.config.ExtensionProvider.Metrics;
import io.meltemi.model.config.ExtensionProvider.OpenTelemetryLog;
import io.meltemi.model.config.ExtensionProvider.OpenTelemetryTracer;
import io.meltemi.model.config.ExtensionProvider.Target;
import io.meltemi.model.config.ExtensionProvider.ZipkinTracer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The rules of `extensionProviders`. Immutable.
final class ExtensionProviderValidation {
    /// Envoy's `StatusCode`.
    private static final Set<Integer> STATUSES =
            Set.of(
                    100, 200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304,
                    305, 307, 308, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412,
                    413, 414, 415, 416, 417, 421, 422, 423, 424, 426, 428, 429, 431, 500, 501, 502,
                    503, 504, 505, 506, 507, 508, 510, 511);

    private ExtensionProviderValidation() {}

    static void validate(List<ExtensionProvider> providers, FieldPath path, Findings findings) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < providers.size(); i++) {
            ExtensionProvider provider = providers.get(i);
            FieldPath at = path.item(i);
            if (!names.add(provider.name())) {
                findings.judge(
                        Code.DUPLICATE,
                        at.field("name"),
                        "provider '%s' is written twice".formatted(provider.name()));
            }
            if (!NameRules.isDnsLabel(provider.name())) {
                findings.judge(
                        Code.SCHEMA,
                        at.field("name"),
                        "provider name '%s' is not valid: lower-case letters, digits and '-' only, at most 63"
                                .formatted(provider.name()));
            }
            switch (provider.role()) {
                case GrpcAuthorizer grpc -> {
                    FieldPath field = at.field("envoyExtAuthzGrpc");
                    target(grpc.target(), field, findings);
                    authorizing(grpc.authorizing(), field, findings);
                }
                case HttpAuthorizer http -> http(http, at.field("envoyExtAuthzHttp"), findings);
                case GrpcLog log -> {
                    String field =
                            switch (log.of()) {
                                case REQUESTS -> "envoyHttpAls";
                                case CONNECTIONS -> "envoyTcpAls";
                            };
                    target(log.target(), at.field(field), findings);
                }
                case OpenTelemetryLog log ->
                        target(log.target(), at.field("envoyOtelAls"), findings);
                case OpenTelemetryTracer tracer ->
                        target(tracer.target(), at.field("opentelemetry"), findings);
                case ZipkinTracer zipkin -> {
                    target(zipkin.target(), at.field("zipkin"), findings);
                    absolute(zipkin.path(), at.field("zipkin").field("path"), findings);
                }
                case FileLog _, Metrics _ -> {}
            }
        }
    }

    private static void http(HttpAuthorizer http, FieldPath path, Findings findings) {
        target(http.target(), path, findings);
        authorizing(http.authorizing(), path, findings);
        absolute(http.pathPrefix(), path.field("pathPrefix"), findings);
        headers(
                http.headersInCheck(),
                findings.isWritten(path.field("includeRequestHeadersInCheck"))
                        ? path.field("includeRequestHeadersInCheck")
                        : path.field("includeHeadersInCheck"),
                findings);
        headers(http.headersToUpstreamOnAllow(), path.field("headersToUpstreamOnAllow"), findings);
        headers(
                http.headersToDownstreamOnDeny(),
                path.field("headersToDownstreamOnDeny"),
                findings);
        headers(
                http.headersToDownstreamOnAllow(),
                path.field("headersToDownstreamOnAllow"),
                findings);
    }

    private static void absolute(Optional<String> value, FieldPath path, Findings findings) {
        value.filter(text -> !text.startsWith("/"))
                .ifPresent(text ->
                        findings.judge(
                                Code.SCHEMA,
                                path,
                                "%s '%s' must begin with '/'"
                                        .formatted(path.steps().getLast(), text)));
    }

    private static void headers(List<String> names, FieldPath path, Findings findings) {
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equals("*") || names.get(i).isEmpty()) {
                findings.judge(
                        Code.SCHEMA,
                        path.item(i),
                        "'%s' names no header: write a name, a beginning 'x-*' or an end '*-id'"
                                .formatted(names.get(i)));
            }
        }
    }

    static void target(Target target, FieldPath path, Findings findings) {
        QuantityRules.port(target.port(), path.field("port"), findings);
        boolean valid =
                NameRules.isDnsSubdomain(target.host())
                        && target.namespace().map(NameRules::isDnsLabel).orElse(true);
        if (!valid) {
            findings.judge(
                    Code.SCHEMA,
                    path.field("service"),
                    "service '%s' is not valid: expected HOST or NAMESPACE/HOST, without a port"
                            .formatted(
                                    target.namespace().map(n -> n + "/").orElse("")
                                            + target.host()));
        }
    }

    private static void authorizing(Authorizing authorizing, FieldPath path, Findings findings) {
        QuantityRules.duration(authorizing.timeout(), path.field("timeout"), findings);
        authorizing
                .statusOnError()
                .ifPresent(status -> {
                    if (!STATUSES.contains(status)) {
                        findings.judge(
                                Code.SCHEMA,
                                path.field("statusOnError"),
                                "statusOnError %d is no HTTP status that a proxy can answer with"
                                        .formatted(status));
                    }
                });
        authorizing
                .body()
                .filter(body -> body.maxBytes() <= 0)
                .ifPresent(_ ->
                        findings.judge(
                                Code.SCHEMA,
                                path.field("includeRequestBodyInCheck").field("maxRequestBytes"),
                                "maxRequestBytes must be at least 1"));
    }
}
