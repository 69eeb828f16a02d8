package io.meltemi.pilot.patch;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.meltemi.model.config.EnvoyFilter.ApplyTo;
import io.meltemi.model.config.EnvoyFilter.FilterMatch;
import io.meltemi.model.config.EnvoyFilter.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Patches of lists of filters. Thread-safe: stateless.
///
/// Istio: a merge is for a filter's name and configuration alone, one by one with those of other
/// types of filters; MERGE_AND_REPLACE_LIST does nothing.
final class FilterPatches {
    private FilterPatches() {}

    static List<ListenerFilter> ofListener(Patch patch, List<ListenerFilter> filters)
            throws InvalidProtocolBufferException, UnfitException {
        ListenerFilter value = (ListenerFilter) patch.value();
        Optional<Predicate<ListenerFilter>> place =
                ListenerMatches.listenerFilter(patch)
                        .map(name -> filter -> name.equals(filter.getName()));
        if (patch.operation() != Operation.MERGE) {
            return edited(patch, filters, value, place);
        }
        List<ListenerFilter> merged = new ArrayList<>();
        for (ListenerFilter filter : filters) {
            boolean fits =
                    place.isPresent()
                            && place.get().test(filter)
                            && filter.hasTypedConfig()
                            && value.hasTypedConfig();
            merged.add(
                    fits
                            ? filter.toBuilder()
                                    .setTypedConfig(
                                            Merging.typed(
                                                    filter.getTypedConfig(),
                                                    value.getTypedConfig()))
                                    .build()
                            : filter);
        }
        return merged;
    }

    /// @param patch of network filters, or of what connection managers hold
    static List<Filter> ofChain(Patch patch, List<Filter> filters)
            throws InvalidProtocolBufferException, UnfitException {
        Optional<FilterMatch> match = ListenerMatches.filter(patch);
        Optional<Predicate<Filter>> place =
                match.map(m -> filter -> m.name().equals(filter.getName()));
        if (patch.applyTo() == ApplyTo.NETWORK_FILTER && patch.operation() != Operation.MERGE) {
            return patch.adds()
                    ? FilterPlaces.networkAdded(
                            filters, (Filter) patch.value(), patch.filterClass())
                    : edited(patch, filters, (Filter) patch.value(), place);
        }
        List<Filter> patched = new ArrayList<>();
        for (Filter filter : filters) {
            boolean fits = place.isEmpty() || place.get().test(filter);
            if (!fits) {
                patched.add(filter);
            } else if (patch.applyTo() == ApplyTo.NETWORK_FILTER) {
                patched.add(merged(filter, (Filter) patch.value()));
            } else {
                patched.add(
                        filter.getTypedConfig().is(HttpConnectionManager.class)
                                ? manager(patch, filter)
                                : filter);
            }
        }
        return patched;
    }

    private static Filter merged(Filter filter, Filter value)
            throws InvalidProtocolBufferException, UnfitException {
        if (!filter.hasTypedConfig()) {
            return filter;
        }
        Filter.Builder merged = filter.toBuilder();
        if (!value.getName().isEmpty()) {
            merged.setName(value.getName());
        }
        if (value.hasTypedConfig()) {
            merged.setTypedConfig(Merging.typed(filter.getTypedConfig(), value.getTypedConfig()));
        }
        return merged.build();
    }

    private static Filter manager(Patch patch, Filter filter)
            throws InvalidProtocolBufferException, UnfitException {
        HttpConnectionManager manager = Patch.manager(filter.getTypedConfig());
        HttpConnectionManager.Builder patched = manager.toBuilder();
        if (patch.applyTo() == ApplyTo.HTTP_FILTER) {
            patched.clearHttpFilters()
                    .addAllHttpFilters(ofManager(patch, manager.getHttpFiltersList()));
        } else if (manager.hasRouteConfig()
                && RouteMatches.ofSidecar(patch, manager.getRouteConfig().getName())) {
            patched.setRouteConfig(RoutePatches.apply(patch, manager.getRouteConfig()));
        }
        HttpConnectionManager made = patched.build();
        return made.equals(manager)
                ? filter
                : filter.toBuilder().setTypedConfig(Any.pack(made)).build();
    }

    private static List<HttpFilter> ofManager(Patch patch, List<HttpFilter> filters)
            throws InvalidProtocolBufferException, UnfitException {
        HttpFilter value = (HttpFilter) patch.value();
        Optional<Predicate<HttpFilter>> place =
                ListenerMatches.filter(patch)
                        .flatMap(FilterMatch::subFilter)
                        .map(name -> item -> name.equals(item.getName()));
        if (patch.adds()) {
            return FilterPlaces.httpAdded(filters, value, patch.filterClass());
        }
        if (patch.operation() != Operation.MERGE) {
            return edited(patch, filters, value, place);
        }
        List<HttpFilter> merged = new ArrayList<>();
        for (HttpFilter filter : filters) {
            boolean fits = place.isEmpty() || place.get().test(filter);
            merged.add(fits && filter.hasTypedConfig() ? merged(filter, value) : filter);
        }
        return merged;
    }

    private static HttpFilter merged(HttpFilter filter, HttpFilter value)
            throws InvalidProtocolBufferException, UnfitException {
        HttpFilter.Builder merged = filter.toBuilder();
        if (!value.getName().isEmpty()) {
            merged.setName(value.getName());
        }
        if (value.hasTypedConfig()) {
            merged.setTypedConfig(Merging.typed(filter.getTypedConfig(), value.getTypedConfig()));
        }
        return merged.build();
    }

    /// Istio: without a place, REPLACE and REMOVE do nothing.
    private static <M> List<M> edited(
            Patch patch, List<M> filters, M value, Optional<Predicate<M>> place) {
        return switch (patch.operation()) {
            case ADD, INSERT_FIRST, INSERT_BEFORE, INSERT_AFTER ->
                    ListEdit.inserted(filters, patch, value, place);
            case REPLACE -> place.map(p -> ListEdit.replaced(filters, value, p)).orElse(filters);
            case REMOVE -> place.map(p -> ListEdit.without(filters, p)).orElse(filters);
            case MERGE, MERGE_AND_REPLACE_LIST -> filters;
        };
    }
}
