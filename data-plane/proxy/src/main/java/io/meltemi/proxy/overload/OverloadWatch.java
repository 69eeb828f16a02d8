package io.meltemi.proxy.overload;

import io.meltemi.proxy.observe.stats.Counter;
import io.meltemi.proxy.observe.stats.Gauge;
import io.meltemi.proxy.observe.stats.StatsScope;
import io.meltemi.proxy.observe.stats.StatsStore;
import io.meltemi.proxy.overload.OverloadSettings.OnResource;
import io.meltemi.proxy.overload.monitor.ResourceMonitor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at the resources and says what is to be done. Confined to the thread that calls it.
///
/// A resource that cannot be measured keeps the pressure it had.
public final class OverloadWatch {
    private static final Logger LOG = LoggerFactory.getLogger(OverloadWatch.class);

    private final List<Resource> resources = new ArrayList<>();
    private final List<Action> actions = new ArrayList<>();
    private final Map<String, Double> pressures = new HashMap<>();
    private final Consumer<double[]> changed;
    private double[] before = new double[Lever.values().length];

    /// @param changed gets all states by the levers' slots when one of them is another
    public OverloadWatch(
            OverloadSettings settings,
            GlobalConnections connections,
            StatsStore stats,
            Consumer<double[]> changed) {
        this.changed = changed;
        settings.monitors()
                .forEach((name, monitor) -> {
                    StatsScope scope = stats.scope("overload." + name + '.');
                    // Envoy's, of monitors that answer late; these answer at once.
                    var _ = scope.counter("skipped_updates");
                    resources.add(new Resource(name, monitor, scope));
                });
        if (settings.mostConnections() > 0) {
            String name = OverloadSettings.CONNECTIONS;
            resources.add(
                    new Resource(
                            name, connections::pressure, stats.scope("overload." + name + '.')));
        }
        settings.levers()
                .forEach((lever, triggers) ->
                        actions.add(
                                new Action(
                                        lever,
                                        triggers,
                                        stats.scope("overload." + lever.envoyName() + '.'))));
    }

    /// Measures everything once.
    public void refresh() {
        for (Resource resource : resources) {
            resource.measure(pressures);
        }
        double[] states = new double[before.length];
        for (Action action : actions) {
            states[action.lever.slot()] = action.state(pressures);
        }
        if (!Arrays.equals(states, before)) {
            before = states;
            changed.accept(states.clone());
        }
    }

    /// One resource and its statistics. Confined to its watch.
    private static final class Resource {
        private final String name;
        private final ResourceMonitor monitor;
        private final Gauge pressure;
        private final Counter failures;
        private boolean failed;

        Resource(String name, ResourceMonitor monitor, StatsScope scope) {
            this.name = name;
            this.monitor = monitor;
            this.pressure = scope.gauge("pressure");
            this.failures = scope.counter("failed_updates");
        }

        void measure(Map<String, Double> pressures) {
            try {
                double measured = monitor.pressure();
                pressures.put(name, measured);
                pressure.set((long) (measured * 100));
                failed = false;
            } catch (IOException e) {
                failures.increment();
                if (!failed) {
                    LOG.warn("overload manager: {} cannot be measured: {}", name, e.toString());
                }
                failed = true;
            }
        }
    }

    /// One lever and its statistics. Confined to its watch.
    private static final class Action {
        private final Lever lever;
        private final List<OnResource> triggers;
        private final Gauge percent;
        private final List<Gauge> active;

        Action(Lever lever, List<OnResource> triggers, StatsScope scope) {
            this.lever = lever;
            this.triggers = triggers;
            this.percent = scope.gauge("scale_percent");
            this.active = lever.isPoint() ? List.of() : List.of(scope.gauge("active"));
        }

        /// Envoy: the furthest of its triggers counts.
        double state(Map<String, Double> pressures) {
            double most = 0;
            for (OnResource each : triggers) {
                Double pressure = pressures.get(each.resource());
                if (pressure != null) {
                    most = Math.max(most, each.trigger().state(pressure));
                }
            }
            percent.set((long) ((float) most * 100));
            long isActive = most >= 1 ? 1 : 0;
            active.forEach(gauge -> gauge.set(isActive));
            return most;
        }
    }
}
