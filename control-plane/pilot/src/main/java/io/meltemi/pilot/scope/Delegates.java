package io.meltemi.pilot.scope;

import io.meltemi.model.config.Destination;
import io.meltemi.model.config.HttpRoute;
import io.meltemi.model.config.HttpRoute.Action;
import io.meltemi.model.config.HttpRoute.Delegate;
import io.meltemi.model.config.HttpRoute.HeaderOperations;
import io.meltemi.model.config.HttpRoute.HttpMirror;
import io.meltemi.model.config.HttpRoute.HttpRouteDestination;
import io.meltemi.model.config.HttpRoute.Route;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.config.VirtualService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Puts the routes of delegates in the place of the routes that delegate to them. Immutable.
///
/// Istio: one level; a delegate has no hosts; what both say the delegate decides; a delegate's
/// route whose conditions are not a part of the delegating route's is left out.
final class Delegates {
    private final Map<ResourceKey, VirtualService> parts = new HashMap<>();
    private final String domainSuffix;

    Delegates(List<VirtualService> all, String domainSuffix) {
        this.domainSuffix = domainSuffix;
        all.stream()
                .filter(service -> service.hosts().isEmpty())
                .forEach(service -> parts.put(service.key(), service));
    }

    /// The virtual service with all routes in place; itself where it delegates nothing.
    VirtualService resolve(VirtualService root) {
        if (root.http().stream().noneMatch(route -> route.action() instanceof Delegate)) {
            return root;
        }
        List<HttpRoute> routes = new ArrayList<>();
        for (HttpRoute route : root.http()) {
            if (route.action() instanceof Delegate to) {
                routes.addAll(delegated(root, route, to));
            } else {
                routes.add(route);
            }
        }
        return new VirtualService(
                root.metadata(),
                root.hosts(),
                root.gateways(),
                routes,
                root.tls(),
                root.tcp(),
                root.exportTo(),
                root.semantics());
    }

    private List<HttpRoute> delegated(VirtualService root, HttpRoute route, Delegate to) {
        String asking = root.metadata().namespace();
        String namespace = to.namespace().orElse(asking);
        VirtualService part = parts.get(new ResourceKey(root.kind(), namespace, to.name()));
        if (part == null || !ExportTo.isVisible(part.exportTo(), namespace, asking)) {
            return List.of();
        }
        return part.http().stream()
                .filter(r -> !(r.action() instanceof Delegate))
                .flatMap(r -> join(route, r, namespace).stream())
                .toList();
    }

    private Optional<HttpRoute> join(HttpRoute root, HttpRoute part, String namespace) {
        return DelegateMatches.join(root.match(), part.match())
                .map(matches ->
                        new HttpRoute(
                                name(root.name(), part.name()),
                                matches,
                                full(part.action(), namespace),
                                part.rewrite().or(root::rewrite),
                                part.timeout().or(root::timeout),
                                part.retries().or(root::retries),
                                part.fault().or(root::fault),
                                part.mirrors().isEmpty()
                                        ? root.mirrors()
                                        : part.mirrors().stream()
                                                .map(m -> full(m, namespace))
                                                .toList(),
                                part.corsPolicy().or(root::corsPolicy),
                                part.headers().equals(HeaderOperations.NONE)
                                        ? root.headers()
                                        : part.headers()));
    }

    /// Joined by a hyphen where both have one.
    static Optional<String> name(Optional<String> root, Optional<String> part) {
        return root.isPresent() && part.isPresent()
                ? Optional.of(root.get() + "-" + part.get())
                : part.or(() -> root);
    }

    /// Short names are those of the delegate's namespace.
    private Action full(Action action, String namespace) {
        return action instanceof Route(List<HttpRouteDestination> destinations)
                ? new Route(
                        destinations.stream()
                                .map(d ->
                                        new HttpRouteDestination(
                                                full(d.destination(), namespace),
                                                d.weight(),
                                                d.headers()))
                                .toList())
                : action;
    }

    private HttpMirror full(HttpMirror mirror, String namespace) {
        return new HttpMirror(full(mirror.destination(), namespace), mirror.percentage());
    }

    private Destination full(Destination destination, String namespace) {
        return new Destination(
                Hosts.resolve(destination.host(), namespace, domainSuffix),
                destination.subset(),
                destination.port());
    }
}
