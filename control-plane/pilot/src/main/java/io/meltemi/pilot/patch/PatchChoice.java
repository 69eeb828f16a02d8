package io.meltemi.pilot.patch;

import io.meltemi.model.config.EnvoyFilter.ApplyTo;
import io.meltemi.model.config.EnvoyFilter.Context;
import io.meltemi.model.config.EnvoyFilter.ListenerMatch;
import io.meltemi.xds.snapshot.ResourceType;
import java.util.List;

/// The patches of one proxy for one type of resource, in order, and which of them are for which
/// resource. Immutable.
record PatchChoice(PatchedProxy proxy, ResourceType type, List<Patch> patches) {
    static PatchChoice of(PatchedProxy proxy, ResourceType type, List<Patch> all) {
        List<Patch> patches =
                switch (type) {
                    case CLUSTER ->
                            all.stream()
                                    .filter(p -> p.applyTo() == ApplyTo.CLUSTER && !p.adds())
                                    .toList();
                    case LISTENER ->
                            all.stream()
                                    .filter(p -> !(p.applyTo() == ApplyTo.LISTENER && p.adds()))
                                    .filter(p ->
                                            p.applyTo() != ApplyTo.CLUSTER
                                                    && p.applyTo() != ApplyTo.EXTENSION_CONFIG)
                                    .sorted(ListenerPatches.ORDER)
                                    .toList();
                    case ROUTE ->
                            all.stream()
                                    .filter(p ->
                                            RoutePatches.isForRoutes(
                                                    p, proxy.context(Context.SIDECAR_OUTBOUND)))
                                    .sorted(RoutePatches.ORDER)
                                    .toList();
                    case ENDPOINT,
                            EXTENSION,
                            SCOPED_ROUTE,
                            VIRTUAL_HOST,
                            SECRET,
                            RUNTIME,
                            NAME_TABLE ->
                            List.of();
                };
        return new PatchChoice(proxy, type, patches);
    }

    /// Whether a patch may be for a resource; what its name does not tell is decided later.
    boolean isFor(Patch patch, String name) {
        return switch (type) {
            case CLUSTER ->
                    patch.isFor(ApplyTo.CLUSTER, proxy.context(ClusterPatches.context(name)))
                            && ClusterPatches.matches(patch, name, proxy.servicesOf(name));
            case LISTENER -> isForListener(patch, name);
            case ROUTE ->
                    switch (proxy.node().type()) {
                        case SIDECAR, GRPC -> RouteMatches.ofSidecar(patch, name);
                        case ROUTER -> RouteMatches.ofGateway(patch, name, proxy.gatewayPorts());
                    };
            case ENDPOINT, EXTENSION, SCOPED_ROUTE, VIRTUAL_HOST, SECRET, RUNTIME, NAME_TABLE ->
                    false;
        };
    }

    private boolean isForListener(Patch patch, String name) {
        boolean isInbound = name.equals(ListenerMatches.INBOUND);
        Context context =
                proxy.context(isInbound ? Context.SIDECAR_INBOUND : Context.SIDECAR_OUTBOUND);
        return switch (patch.applyTo()) {
            case LISTENER, LISTENER_FILTER, FILTER_CHAIN, NETWORK_FILTER, HTTP_FILTER ->
                    patch.isFor(patch.applyTo(), context)
                            && (!(patch.match() instanceof ListenerMatch match)
                                    || match.name().isEmpty()
                                    || match.name().equals(name));
            // Only there routes stand inside of the listener.
            case ROUTE_CONFIGURATION, VIRTUAL_HOST, HTTP_ROUTE ->
                    isInbound && RoutePatches.isForRoutes(patch, context);
            case CLUSTER, EXTENSION_CONFIG -> false;
        };
    }
}
