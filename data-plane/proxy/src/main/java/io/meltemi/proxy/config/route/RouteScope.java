package io.meltemi.proxy.config.route;

import com.google.protobuf.Any;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.decide.rewrite.HeaderMutations;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What outer levels of a route configuration hand down to inner ones. Immutable.
///
/// @param mostSpecificWins whether the innermost level's header mutations are made last
/// @param mostBodyBytes of a direct response; 0: any, as in Envoy
/// @param levels from the route configuration inwards
/// @param cluster a weighted cluster's; its headers come first, whoever wins; null: none
record RouteScope(
        FilterConfigs filters,
        boolean mostSpecificWins,
        int mostBodyBytes,
        List<Level> levels,
        @Nullable Level cluster) {
    RouteScope {
        levels = List.copyOf(levels);
    }

    /// One level's share of what merges.
    record Level(
            HeaderMutations.Level request,
            HeaderMutations.Level response,
            Map<String, Object> filterConfigs) {}

    RouteScope with(Level inner) {
        List<Level> all = new ArrayList<>(levels);
        all.add(inner);
        return new RouteScope(filters, mostSpecificWins, mostBodyBytes, all, cluster);
    }

    RouteScope withCluster(Level ofCluster) {
        return new RouteScope(filters, mostSpecificWins, mostBodyBytes, levels, ofCluster);
    }

    HeaderMutations requestHeaders() {
        return HeaderMutations.of(ordered().stream().map(Level::request).toList());
    }

    HeaderMutations responseHeaders() {
        return HeaderMutations.of(ordered().stream().map(Level::response).toList());
    }

    private List<Level> ordered() {
        List<Level> ordered = new ArrayList<>(mostSpecificWins ? levels : levels.reversed());
        if (cluster != null) {
            ordered.addFirst(cluster);
        }
        return ordered;
    }

    /// The innermost level that says anything about a filter has its way, or adds to what outer
    /// ones say where the filter takes it so.
    Map<String, Object> mergedFilterConfigs() {
        Map<String, Object> merged = new HashMap<>();
        levels.forEach(level -> merge(level.filterConfigs, merged));
        if (cluster != null) {
            merge(cluster.filterConfigs, merged);
        }
        return merged;
    }

    private static void merge(Map<String, Object> level, Map<String, Object> merged) {
        level.forEach((name, own) -> {
            Object outer = merged.get(name);
            merged.put(
                    name,
                    outer != null && own instanceof LayeredConfig layer ? layer.above(outer) : own);
        });
    }

    static Map<String, Object> filterConfigs(
            FilterConfigs filters, Map<String, Any> configs, ConfigPlace at) {
        Map<String, Object> compiled = new HashMap<>();
        configs.forEach((name, config) -> {
            Object value = filters.compile(name, config, at.entry("typed_per_filter_config", name));
            if (value != null) {
                compiled.put(name, value);
            }
        });
        return compiled;
    }
}
