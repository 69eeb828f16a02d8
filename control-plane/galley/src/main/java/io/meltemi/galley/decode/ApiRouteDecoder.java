package io.meltemi.galley.decode;

import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.gatewayapi.GatewayApiKind;
import io.meltemi.galley.gatewayapi.GatewayApiObject.RouteObject;
import io.meltemi.galley.gatewayapi.RouteRule;
import io.meltemi.galley.gatewayapi.RouteRule.Backend;
import io.meltemi.galley.gatewayapi.RouteRule.BackendRef;
import io.meltemi.galley.gatewayapi.RouteRule.Filters;
import io.meltemi.model.config.HttpRoute.HeaderOperations;
import io.meltemi.model.config.HttpRoute.HttpRetry;
import io.meltemi.model.config.Metadata;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Reads routes of requests and of connections. Immutable.
final class ApiRouteDecoder {
    /// GEP-1731: what failed before it reached an application is tried again, and the codes given.
    private static final String RETRY_ON = "connect-failure,refused-stream,unavailable,cancelled";

    /// Istio's, where a retry names none.
    private static final int ATTEMPTS = 2;

    /// In the place of a reference that is not written.
    static final BackendRef NOBODY =
            new BackendRef(
                    "", "Service", Optional.empty(), "", OptionalInt.empty(), FieldPath.SPEC);

    private static final Filters NO_FILTERS =
            new Filters(
                    HeaderOperations.NONE,
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    Optional.empty());

    private ApiRouteDecoder() {}

    static RouteObject decode(GatewayApiKind kind, Metadata metadata, ObjectReader spec) {
        spec.notYet("useDefaultGateways");
        return new RouteObject(
                metadata,
                kind,
                spec.list("parentRefs", ParentRefDecoder::ofRoute),
                spec.strings("hostnames"),
                spec.list(
                        "rules",
                        rule ->
                                switch (kind) {
                                    case GRPC_ROUTE -> grpcRule(rule);
                                    case TLS_ROUTE, TCP_ROUTE -> connectionRule(rule);
                                    default -> httpRule(rule);
                                }));
    }

    private static RouteRule httpRule(ObjectReader rule) {
        ApiFilterDecoder filters = ApiFilterDecoder.of(GatewayApiKind.HTTP_ROUTE);
        rule.notYet("sessionPersistence");
        Optional<Timeouts> timeouts = rule.object("timeouts", ApiRouteDecoder::timeouts);
        return new RouteRule(
                name(rule),
                rule.list("matches", ApiMatchDecoder::decode),
                filters.ofRule(rule),
                rule.list("backendRefs", backend -> backend(backend, filters)),
                timeouts.flatMap(Timeouts::request),
                timeouts.flatMap(Timeouts::backend),
                rule.object("retry", ApiRouteDecoder::retry),
                rule.path());
    }

    private static RouteRule grpcRule(ObjectReader rule) {
        ApiFilterDecoder filters = ApiFilterDecoder.of(GatewayApiKind.GRPC_ROUTE);
        rule.notYet("sessionPersistence");
        return new RouteRule(
                name(rule),
                rule.list("matches", ApiGrpcMatchDecoder::decode),
                filters.ofRule(rule),
                rule.list("backendRefs", backend -> backend(backend, filters)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                rule.path());
    }

    /// Connections go to backends; there is nothing in them to match or to change.
    private static RouteRule connectionRule(ObjectReader rule) {
        return new RouteRule(
                name(rule),
                List.of(),
                NO_FILTERS,
                rule.list(
                        "backendRefs",
                        backend ->
                                new Backend(
                                        reference(backend),
                                        backend.integer("weight").orElse(1),
                                        HeaderOperations.NONE)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                rule.path());
    }

    private static Optional<String> name(ObjectReader rule) {
        return rule.string("name").filter(n -> !n.isEmpty());
    }

    private record Timeouts(Optional<Duration> request, Optional<Duration> backend) {}

    private static Timeouts timeouts(ObjectReader timeouts) {
        return new Timeouts(timeouts.duration("request"), timeouts.duration("backendRequest"));
    }

    private static HttpRetry retry(ObjectReader retry) {
        int attempts = retry.integer("attempts").orElse(ATTEMPTS);
        String on =
                Stream.concat(
                                Stream.of(RETRY_ON),
                                retry.integers("codes").stream().map(String::valueOf))
                        .collect(Collectors.joining(","));
        return new HttpRetry(
                attempts,
                Optional.empty(),
                attempts == 0 ? Optional.empty() : Optional.of(on),
                Optional.empty(),
                Optional.empty(),
                retry.duration("backoff"));
    }

    private static Backend backend(ObjectReader backend, ApiFilterDecoder filters) {
        BackendRef ref = reference(backend);
        OptionalInt weight = backend.integer("weight");
        return new Backend(ref, weight.orElse(1), filters.ofBackend(backend));
    }

    /// The fields that name an object; the rest is the caller's.
    static BackendRef reference(ObjectReader ref) {
        return new BackendRef(
                ref.string("group").orElse(""),
                ref.string("kind").orElse("Service"),
                ref.string("namespace").filter(n -> !n.isEmpty()),
                ref.requiredString("name"),
                ref.integer("port"),
                ref.path());
    }
}
