package io.meltemi.xds.server;

import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// What a proxy may be told now and what has to wait: make before break. Confined to its session.
///
/// New clusters and their endpoints come first; listeners and routes wait until the proxy has both;
/// clusters go, and endpoints become none, when the proxy took listeners and routes that do without
/// them. A resource that the proxy refuses holds only what its earlier version refers to.
final class Order {
    /// The types that name clusters.
    private static final List<ResourceType> REFERRING =
            List.of(
                    ResourceType.LISTENER,
                    ResourceType.SCOPED_ROUTE,
                    ResourceType.ROUTE,
                    ResourceType.VIRTUAL_HOST);

    private final Map<ResourceType, Flow> flows = new EnumMap<>(ResourceType.class);
    private final Warming warming = new Warming();

    Flow flow(ResourceType type) {
        return flows.computeIfAbsent(type, Flow::new);
    }

    /// The flow of a type that the proxy asked for.
    @Nullable Flow known(ResourceType type) {
        return flows.get(type);
    }

    void each(BiConsumer<ResourceType, Flow> action) {
        flows.forEach(action);
    }

    /// Whether the proxy needs nothing more of the snapshot. One that has not asked for listeners
    /// is about to.
    boolean isAtRest() {
        return flows.containsKey(ResourceType.LISTENER)
                && flows.values().stream().allMatch(Flow::isAtRest);
    }

    /// What the proxy does not want, by name within each type.
    List<AdsObserver.Refused> refused() {
        List<AdsObserver.Refused> refused = new ArrayList<>();
        each((type, flow) ->
                new TreeMap<>(flow.refusals().versions())
                        .forEach((name, version) ->
                                refused.add(new AdsObserver.Refused(type, name, version))));
        return refused;
    }

    boolean mustWait(ResourceType type, XdsSnapshot snapshot, long turn) {
        return switch (type) {
            case LISTENER, SCOPED_ROUTE, ROUTE ->
                    isAdding(ResourceType.CLUSTER, snapshot, turn)
                            || isAdding(ResourceType.ENDPOINT, snapshot, turn)
                            || isWarming(snapshot);
            case VIRTUAL_HOST ->
                    mustWait(ResourceType.ROUTE, snapshot, turn)
                            || isAdding(ResourceType.ROUTE, snapshot, turn);
            case CLUSTER, ENDPOINT, EXTENSION, SECRET, RUNTIME, NAME_TABLE -> false;
        };
    }

    private boolean isAdding(ResourceType type, XdsSnapshot snapshot, long turn) {
        Flow flow = flows.get(type);
        return flow != null && flow.isAdding(snapshot.of(type), turn);
    }

    private boolean isWarming(XdsSnapshot snapshot) {
        if (warming.isOver(_ -> false)) {
            return false;
        }
        Flow clusters = flows.get(ResourceType.CLUSTER);
        if (clusters != null) {
            Map<String, XdsResource> desired = snapshot.of(ResourceType.CLUSTER);
            warming.drop(c -> !desired.containsKey(c) || clusters.refusals().has(c));
        }
        Map<String, XdsResource> desired = snapshot.of(ResourceType.ENDPOINT);
        Flow endpoints = flow(ResourceType.ENDPOINT);
        return !warming.isOver(name -> !desired.containsKey(name) || endpoints.isAnswered(name));
    }

    /// Clusters are about to leave for the proxy. One that never asked for endpoints has nothing
    /// yet that could break.
    ///
    /// @return whether endpoints of theirs are waited for; see [#giveUp]
    boolean awaitEndpoints(Change clusters) {
        if (clusters.added().isEmpty() || flows.get(ResourceType.ENDPOINT) == null) {
            return false;
        }
        return warming.add(
                clusters.changed().stream()
                        .filter(cluster -> clusters.added().contains(cluster.name()))
                        .toList());
    }

    /// The newest of the clusters whose endpoints are waited for.
    long newestAwaited() {
        return warming.newest();
    }

    void giveUp(long newest) {
        warming.giveUp(newest);
    }

    /// What may be said of a type at this turn.
    Gate gate(Flow flow, long turn) {
        long settled = settledTurn(turn);
        return new Gate() {
            @Override
            public boolean mayRemove(String name) {
                return !flow.isReferredTo()
                        || (flow.departures().mayGo(name, settled) && !isHeld(name));
            }

            @Override
            public boolean maySend(XdsResource resource, boolean isNew) {
                return switch (resource.type()) {
                    case ENDPOINT -> isNew || settled == turn || !EndpointName.leavesNone(resource);
                    case VIRTUAL_HOST -> hasTable(resource.name());
                    default -> true;
                };
            }
        };
    }

    /// Envoy takes a virtual host whose table it does not have, and forgets it.
    private boolean hasTable(String virtualHost) {
        int slash = virtualHost.lastIndexOf('/');
        Flow tables = flows.get(ResourceType.ROUTE);
        if (slash < 0 || tables == null) {
            return slash < 0;
        }
        String table = virtualHost.substring(0, slash);
        return tables.isAnswered(table) && tables.subscription().has(table);
    }

    /// The proxy asks for tables that it may have had before: hosts that came by themselves went
    /// with them.
    void askedForTables(List<String> names) {
        Flow hosts = flows.get(ResourceType.VIRTUAL_HOST);
        if (hosts != null) {
            names.forEach(table -> hosts.subscription().forgetUnder(table + "/"));
        }
    }

    /// How far the proxy follows with what refers to clusters.
    private long settledTurn(long turn) {
        long settled = turn;
        for (ResourceType type : REFERRING) {
            Flow flow = flows.get(type);
            if (flow != null) {
                settled = Math.min(settled, flow.settledTurn());
            }
        }
        return settled;
    }

    private boolean isHeld(String cluster) {
        for (ResourceType type : REFERRING) {
            Flow flow = flows.get(type);
            if (flow != null && flow.refusals().holdOn(cluster)) {
                return true;
            }
        }
        return false;
    }
}
