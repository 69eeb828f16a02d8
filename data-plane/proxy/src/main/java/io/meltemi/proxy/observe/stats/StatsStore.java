package io.meltemi.proxy.observe.stats;

import io.envoyproxy.envoy.config.metrics.v3.StatsConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// All statistics of one proxy. Thread-safe: handles are made under a lock when configuration is
/// compiled, and written without one when traffic flows.
public final class StatsStore {
    /// Enough for 10,000 clusters; beyond it something makes names without end.
    public static final int DEFAULT_MAX_SERIES = 1_000_000;

    /// Cells are made in blocks of about one cluster's needs, freed with the last of their scope.
    private static final int CELLS = 32;

    private final int workers;
    private final int maxSeries;
    private final TagExtraction tags;
    private final StatsSelection selection;

    /// Guarded by this.
    private final Map<String, Held> held = new HashMap<>();

    private final Cells refusedCells;
    private final Histogram refusedHistogram;
    private final Counter overflow;

    /// @param workers number of event loops; their indices go from 0
    public StatsStore(int workers, StatsConfig config, int maxSeries) {
        this.workers = workers;
        this.maxSeries = maxSeries;
        this.tags = TagExtraction.compile(config);
        this.selection = StatsSelection.compile(config.getStatsMatcher());
        this.refusedCells = new Cells(workers, 1);
        this.refusedHistogram = new Histogram("", NO_TAGS, workers);
        this.overflow = scope("stats.").counter("overflow");
    }

    public StatsStore(int workers) {
        this(workers, StatsConfig.getDefaultInstance(), DEFAULT_MAX_SERIES);
    }

    private static final Series.TaggedName NO_TAGS = new Series.TaggedName("", List.of());

    public int workers() {
        return workers;
    }

    /// A part of the names, for one listener, cluster or subsystem; close it when that is gone.
    /// Scopes with the same prefix share their series.
    ///
    /// @param prefix as Envoy writes it, with the last dot: `cluster.reviews.`; colons become
    ///   underscores as in Envoy
    public StatsScope scope(String prefix) {
        return new StatsScope(this, sanitize(prefix));
    }

    /// Ends the interval over which histograms print their first numbers; Envoy's
    /// `stats_flush_interval` is 5 s.
    public void flushHistograms() {
        for (Series series : all()) {
            if (series instanceof Histogram histogram) {
                histogram.flush();
            }
        }
    }

    /// Envoy's `/reset_counters`: all counters begin at zero again; gauges and histograms do not.
    public void resetCounters() {
        for (Series series : all()) {
            if (series instanceof Counter counter) {
                counter.reset();
            }
        }
    }

    /// Envoy's `/stats`: a line each, histograms last.
    public String text(StatsQuery query) {
        return TextStats.write(this, query);
    }

    /// Envoy's `/stats?format=json`.
    public String json(StatsQuery query) {
        return JsonStats.write(this, query);
    }

    /// Envoy's `/stats/prometheus`: text format 0.0.4.
    public String prometheus(StatsQuery query) {
        return PrometheusStats.write(this, query);
    }

    /// Every series, sorted by name.
    List<Series> all() {
        TreeMap<String, Series> sorted = new TreeMap<>();
        synchronized (this) {
            held.forEach((name, entry) -> sorted.put(name, entry.series));
        }
        return new ArrayList<>(sorted.values());
    }

    Counter counter(StatsScope scope, String name) {
        return counter(scope, name, null);
    }

    /// @param tagged null: the tags are found in the name
    synchronized Counter counter(
            StatsScope scope, String name, Series.@Nullable TaggedName tagged) {
        Held known = held.get(name);
        if (known != null && known.series instanceof Counter counter) {
            known.holders++;
            return counter;
        }
        if (!mayAdd(name, known)) {
            return new Counter(name, NO_TAGS, refusedCells, 0);
        }
        Cells cells = scope.cells();
        Counter counter = new Counter(name, orFound(tagged, name), cells, scope.takeSlot());
        held.put(name, new Held(counter));
        return counter;
    }

    Gauge gauge(StatsScope scope, String name) {
        return gauge(scope, name, null);
    }

    synchronized Gauge gauge(StatsScope scope, String name, Series.@Nullable TaggedName tagged) {
        Held known = held.get(name);
        if (known != null && known.series instanceof Gauge gauge) {
            known.holders++;
            return gauge;
        }
        if (!mayAdd(name, known)) {
            return new Gauge(name, NO_TAGS, refusedCells, 0);
        }
        Cells cells = scope.cells();
        Gauge gauge = new Gauge(name, orFound(tagged, name), cells, scope.takeSlot());
        held.put(name, new Held(gauge));
        return gauge;
    }

    Histogram histogram(String name) {
        return histogram(name, null);
    }

    synchronized Histogram histogram(String name, Series.@Nullable TaggedName tagged) {
        Held known = held.get(name);
        if (known != null && known.series instanceof Histogram histogram) {
            known.holders++;
            return histogram;
        }
        if (!mayAdd(name, known)) {
            return refusedHistogram;
        }
        Histogram histogram = new Histogram(name, orFound(tagged, name), workers);
        held.put(name, new Held(histogram));
        return histogram;
    }

    synchronized TextReadout text(String name) {
        Held known = held.get(name);
        if (known != null && known.series instanceof TextReadout text) {
            known.holders++;
            return text;
        }
        TextReadout text = new TextReadout(name, tags.extract(name));
        if (mayAdd(name, known)) {
            held.put(name, new Held(text));
        }
        return text;
    }

    private Series.TaggedName orFound(Series.@Nullable TaggedName tagged, String name) {
        return tagged == null ? tags.extract(name) : tagged;
    }

    /// A name whose labels are known, with those that all statistics have.
    Series.TaggedName tagged(String base, List<StatLabel> labels) {
        List<Series.Tag> all = new ArrayList<>();
        labels.forEach(label -> all.add(new Series.Tag(label.name(), label.value())));
        all.addAll(tags.fixed());
        return new Series.TaggedName(base, all);
    }

    private boolean mayAdd(String name, @Nullable Held known) {
        if (known != null) {
            throw new IllegalStateException(
                    name + " is a " + known.series.getClass().getSimpleName() + " already");
        }
        if (!selection.admits(name)) {
            return false;
        }
        if (held.size() >= maxSeries) {
            overflow.increment();
            return false;
        }
        return true;
    }

    synchronized void release(List<String> names) {
        for (String name : names) {
            Held known = held.get(name);
            if (known != null && --known.holders == 0) {
                held.remove(name);
            }
        }
    }

    Cells newCells() {
        return new Cells(workers, CELLS);
    }

    private static String sanitize(String name) {
        return name.replace("://", "_").replace(":/", "_").replace(':', '_').replace('\0', '_');
    }

    /// A series and how many scopes asked for it. Guarded by the store.
    private static final class Held {
        final Series series;
        int holders = 1;

        Held(Series series) {
            this.series = series;
        }
    }
}
