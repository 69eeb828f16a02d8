package io.meltemi.proxy.filter.istiostats;

import io.meltemi.proxy.observe.stats.StatLabel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a configuration changes of Istio's metrics. Immutable.
///
/// @param dropped metrics that are not made
/// @param changes labels by metric
/// @param dimensions the expressions that are evaluated for each request, in the order of their
///   values
record Overrides(
        Set<Metric> dropped, Map<Metric, Map<String, Change>> changes, List<Dimension> dimensions) {
    Overrides {
        dropped = Set.copyOf(dropped);
        changes = Map.copyOf(changes);
        dimensions = List.copyOf(dimensions);
    }

    /// What becomes of a label.
    sealed interface Change {
        record Remove() implements Change {}

        /// @param dimension which of the expressions is its value
        record Value(int dimension) implements Change {}
    }

    /// A metric's labels.
    ///
    /// @param standard as Istio has them
    /// @param values of the expressions
    List<StatLabel> labels(Metric metric, List<StatLabel> standard, List<@Nullable String> values) {
        Map<String, Change> own = changes.getOrDefault(metric, Map.of());
        List<StatLabel> labels = new ArrayList<>();
        SortedMap<String, Change> added = new TreeMap<>(own);
        for (StatLabel label : standard) {
            added.remove(label.name());
            switch (own.get(label.name())) {
                case null -> labels.add(label);
                case Change.Remove _ -> {}
                case Change.Value(int dimension) ->
                        labels.add(new StatLabel(label.name(), text(values.get(dimension))));
            }
        }
        added.forEach((name, change) -> {
            // Istio: a standard label that this metric does not have is not added.
            if (change instanceof Change.Value(int dimension) && !Labels.NAMES.contains(name)) {
                labels.add(new StatLabel(name, text(values.get(dimension))));
            }
        });
        return labels;
    }

    private static String text(@Nullable String value) {
        return value == null ? "unknown" : value;
    }
}
