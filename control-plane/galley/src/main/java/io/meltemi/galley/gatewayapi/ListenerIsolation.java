package io.meltemi.galley.gatewayapi;

import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.Gateway;
import io.meltemi.model.config.HttpRoute;
import io.meltemi.model.config.HttpRoute.HeaderOperations;
import io.meltemi.model.config.HttpRoute.HttpDirectResponse;
import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.Sourced;
import io.meltemi.model.config.VirtualService;
import io.meltemi.model.diagnostic.Origin;
import io.meltemi.model.service.HostPatterns;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Keeps listeners of one gateway and port apart: the one with the narrowest hostname that fits
/// answers a request, and none of the others, even if it has no route for it (Gateway API:
/// `SupportGatewayHTTPListenerIsolation`). Immutable.
///
/// @param listeners of one gateway
record ListenerIsolation(List<ListenerView> listeners) {
    private static final int NOT_FOUND = 404;
    private static final String ANY = "*";

    ListenerIsolation {
        listeners = List.copyOf(listeners);
    }

    /// Of a route's hosts those that no narrower listener has.
    List<String> own(ListenerView listener, List<String> hosts) {
        return hosts.stream()
                .filter(host ->
                        beside(listener)
                                .filter(other -> isNarrower(other, listener))
                                .noneMatch(other -> HostPatterns.covers(other.hostname(), host)))
                .toList();
    }

    private Stream<ListenerView> beside(ListenerView listener) {
        return listeners.stream()
                .filter(other -> !other.hostname().equals(listener.hostname()))
                .filter(other -> other.listener().port() == listener.listener().port())
                .filter(other ->
                        other.listener().protocol().equals(listener.listener().protocol()));
    }

    private static boolean isNarrower(ListenerView one, ListenerView other) {
        return HostPatterns.covers(other.hostname(), one.hostname());
    }

    /// For each listener whose name nobody has a route for and a wider listener would answer by:
    /// what answers instead, that there is nothing.
    List<Sourced<ConfigResource>> unrouted(Attached attached) {
        return listeners.stream()
                .filter(listener -> !listener.hostname().equals(ANY))
                // Others are told apart by the name in the handshake.
                .filter(listener -> listener.listener().protocol().equals("HTTP"))
                .filter(listener -> !attached.isWhole(listener))
                .filter(listener ->
                        beside(listener)
                                .anyMatch(other ->
                                        isNarrower(listener, other) && attached.routes(other) > 0))
                .flatMap(ListenerIsolation::nothing)
                .toList();
    }

    private static Stream<Sourced<ConfigResource>> nothing(ListenerView listener) {
        return listener.converted().stream()
                .flatMap(converted ->
                        converted.value() instanceof Gateway gateway
                                ? nothing(listener, gateway, converted.at())
                                : Stream.of());
    }

    private static Stream<Sourced<ConfigResource>> nothing(
            ListenerView listener, Gateway gateway, Origin at) {
        String namespace = gateway.metadata().namespace();
        Metadata metadata =
                new Metadata(gateway.metadata().name() + "~unrouted", namespace, Map.of());
        List<Gateway.Server> servers =
                gateway.servers().stream()
                        .map(s ->
                                new Gateway.Server(
                                        s.name(),
                                        s.port(),
                                        s.bind(),
                                        List.of(namespace + "/" + listener.hostname()),
                                        s.tls()))
                        .toList();
        HttpRoute route =
                new HttpRoute(
                        Optional.of("unrouted"),
                        List.of(),
                        new HttpDirectResponse(NOT_FOUND, Optional.empty()),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        Optional.empty(),
                        HeaderOperations.NONE);
        return Stream.of(
                new Sourced<>(
                        new Gateway(metadata, gateway.selector(), gateway.onlyIn(), servers), at),
                new Sourced<>(
                        new VirtualService(
                                metadata,
                                List.of(listener.hostname()),
                                List.of(namespace + "/" + metadata.name()),
                                List.of(route),
                                List.of(),
                                List.of(),
                                List.of(),
                                VirtualService.Semantics.GATEWAY_API),
                        at));
    }
}
