package io.meltemi.pilot.patch;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.meltemi.model.config.EnvoyFilter.ApplyTo;
import io.meltemi.model.config.EnvoyFilter.Context;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/// Patches of listeners, of their filter chains and filters, and of routes that stand inside of
/// them. Thread-safe: stateless.
final class ListenerPatches {
    private static final Set<ApplyTo> PARTS =
            Set.of(
                    ApplyTo.LISTENER,
                    ApplyTo.LISTENER_FILTER,
                    ApplyTo.FILTER_CHAIN,
                    ApplyTo.NETWORK_FILTER,
                    ApplyTo.HTTP_FILTER);

    /// Istio: routes, the listener, its filters, its chains, their network filters, and in those
    /// the HTTP filters, of each what merges last; chains are added last, so that what is added is
    /// not patched.
    static final Comparator<Patch> ORDER =
            Comparator.comparingInt(ListenerPatches::rank).thenComparing(RoutePatches.ORDER);

    private ListenerPatches() {}

    private static int rank(Patch patch) {
        return switch (patch.applyTo()) {
            case ROUTE_CONFIGURATION, VIRTUAL_HOST, HTTP_ROUTE, CLUSTER, EXTENSION_CONFIG -> 0;
            case LISTENER -> 1;
            case LISTENER_FILTER -> 2;
            case FILTER_CHAIN -> patch.adds() ? 8 : 3;
            case NETWORK_FILTER -> patch.merges() ? 5 : 4;
            case HTTP_FILTER -> patch.merges() ? 7 : 6;
        };
    }

    static boolean isForListeners(Patch patch, Context context) {
        return (PARTS.contains(patch.applyTo()) && patch.isFor(patch.applyTo(), context))
                || RoutePatches.isForRoutes(patch, context);
    }

    static Listener apply(Patch patch, Listener listener)
            throws InvalidProtocolBufferException, UnfitException {
        if (!ListenerMatches.listener(patch, listener)) {
            return listener;
        }
        return switch (patch.applyTo()) {
            case LISTENER -> patch.merges() ? patch.mergedInto(listener) : listener;
            case LISTENER_FILTER ->
                    listener.toBuilder()
                            .clearListenerFilters()
                            .addAllListenerFilters(
                                    FilterPatches.ofListener(
                                            patch, listener.getListenerFiltersList()))
                            .build();
            case FILTER_CHAIN ->
                    patch.adds()
                            ? listener.toBuilder()
                                    .addFilterChains((FilterChain) patch.value())
                                    .build()
                            : chains(patch, listener);
            case NETWORK_FILTER, HTTP_FILTER, ROUTE_CONFIGURATION, VIRTUAL_HOST, HTTP_ROUTE ->
                    chains(patch, listener);
            case CLUSTER, EXTENSION_CONFIG -> listener;
        };
    }

    private static Listener chains(Patch patch, Listener listener)
            throws InvalidProtocolBufferException, UnfitException {
        boolean removes = patch.applyTo() == ApplyTo.FILTER_CHAIN && patch.removes();
        List<FilterChain> chains = new ArrayList<>();
        for (FilterChain chain : listener.getFilterChainsList()) {
            if (!ListenerMatches.chain(patch, listener, chain)) {
                chains.add(chain);
            } else if (!removes) {
                chains.add(chain(patch, chain));
            }
        }
        Listener.Builder patched =
                listener.toBuilder().clearFilterChains().addAllFilterChains(chains);
        if (listener.hasDefaultFilterChain()
                && ListenerMatches.chain(patch, listener, listener.getDefaultFilterChain())) {
            if (removes) {
                patched.clearDefaultFilterChain();
            } else {
                patched.setDefaultFilterChain(chain(patch, listener.getDefaultFilterChain()));
            }
        }
        return patched.build();
    }

    private static FilterChain chain(Patch patch, FilterChain chain)
            throws InvalidProtocolBufferException, UnfitException {
        if (patch.applyTo() == ApplyTo.FILTER_CHAIN) {
            return patch.merges() ? merged(patch, chain) : chain;
        }
        return chain.toBuilder()
                .clearFilters()
                .addAllFilters(FilterPatches.ofChain(patch, chain.getFiltersList()))
                .build();
    }

    private static FilterChain merged(Patch patch, FilterChain chain)
            throws InvalidProtocolBufferException, UnfitException {
        FilterChain value = (FilterChain) patch.value();
        if (!value.hasTransportSocket() || !chain.hasTransportSocket()) {
            return patch.mergedInto(chain);
        }
        FilterChain rest = value.toBuilder().clearTransportSocket().build();
        return ((FilterChain) Merging.of(patch.operation()).merge(chain, rest))
                .toBuilder()
                        .setTransportSocket(
                                TransportSockets.merged(
                                        chain.getTransportSocket(), value.getTransportSocket()))
                        .build();
    }
}
