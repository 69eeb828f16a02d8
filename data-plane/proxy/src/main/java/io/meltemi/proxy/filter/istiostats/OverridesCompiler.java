package io.meltemi.proxy.filter.istiostats;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.filter.istiostats.Overrides.Change;
import io.meltemi.xds.proto.stats.MetricConfig;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Compiles what a configuration changes of Istio's metrics. Confined to one compilation.
final class OverridesCompiler {
    private final Node node;
    private final Set<Metric> dropped = EnumSet.noneOf(Metric.class);
    private final Map<Metric, Map<String, Change>> changes = new EnumMap<>(Metric.class);
    private final Map<String, Integer> expressions = new LinkedHashMap<>();
    private final List<Dimension> dimensions = new ArrayList<>();

    private OverridesCompiler(Node node) {
        this.node = node;
    }

    /// Later ones win over earlier ones.
    static Overrides compile(List<MetricConfig> metrics, Node node, ConfigPlace at) {
        OverridesCompiler compiler = new OverridesCompiler(node);
        for (int i = 0; i < metrics.size(); i++) {
            compiler.add(metrics.get(i), at.element("metrics", i));
        }
        return new Overrides(compiler.dropped, compiler.changes, compiler.dimensions);
    }

    private void add(MetricConfig config, ConfigPlace at) {
        Metric one = Metric.named(config.getName());
        if (one == null && !config.getName().isEmpty()) {
            at.field("name").refuse("'" + config.getName() + "' is none of Istio's metrics");
            return;
        }
        if (config.getDrop()) {
            if (one == null) {
                at.field("drop").refuse("needs a name: Istio drops nothing without");
            } else {
                dropped.add(one);
            }
            // Istio: nothing else of such an entry counts.
            return;
        }
        Set<Metric> all = one == null ? EnumSet.allOf(Metric.class) : EnumSet.of(one);
        for (String tag : config.getTagsToRemoveList()) {
            // Istio: one that it does not have by itself is not removed.
            if (Labels.NAMES.contains(tag)) {
                all.forEach(metric -> change(metric, tag, new Change.Remove()));
            }
        }
        new TreeMap<>(config.getDimensionsMap())
                .forEach((tag, expression) -> {
                    int dimension = dimension(expression, at.entry("dimensions", tag));
                    if (dimension >= 0) {
                        all.forEach(metric -> change(metric, tag, new Change.Value(dimension)));
                    }
                });
    }

    private void change(Metric metric, String tag, Change change) {
        changes.computeIfAbsent(metric, _ -> new HashMap<>()).put(tag, change);
    }

    /// -1 after refusing it.
    private int dimension(String expression, ConfigPlace at) {
        Integer known = expressions.get(expression);
        if (known != null) {
            return known;
        }
        Dimension parsed = Dimension.parse(expression, node);
        if (parsed == null) {
            at.refuse(
                    "'"
                            + expression
                            + "' cannot be evaluated: texts in quotes and attributes of request,"
                            + " response, connection, xds, node, filter_state.downstream_peer and"
                            + " filter_state.upstream_peer, joined by +, can");
            return -1;
        }
        dimensions.add(parsed);
        expressions.put(expression, dimensions.size() - 1);
        return dimensions.size() - 1;
    }
}
