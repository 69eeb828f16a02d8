package io.meltemi.proxy.observe.stats;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The statistics of one listener, cluster or subsystem, and their end. Thread-safe.
///
/// Handles live on after [#close]: exchanges that still hold them write to cells nobody reads.
public final class StatsScope implements AutoCloseable {
    private final StatsStore store;
    private final String prefix;

    /// Handles made here, so that asking twice holds once. Guarded by this.
    private final Map<String, Series> made = new HashMap<>();

    /// Guarded by this.
    private final List<StatsScope> children = new ArrayList<>();

    /// Guarded by this.
    private @Nullable Cells cells;

    /// Guarded by this.
    private int used;

    /// Guarded by this.
    private boolean closed;

    StatsScope(StatsStore store, String prefix) {
        this.store = store;
        this.prefix = prefix;
    }

    /// A scope within this one, closed with it.
    ///
    /// @param name with its dot: `ssl.`
    public synchronized StatsScope scope(String name) {
        StatsScope child = store.scope(prefix + name);
        children.add(child);
        return child;
    }

    /// @param name what follows the prefix: `upstream_rq_total`
    public Counter counter(String name) {
        return series(Counter.class, name, () -> store.counter(this, prefix + name));
    }

    public Gauge gauge(String name) {
        return series(Gauge.class, name, () -> store.gauge(this, prefix + name));
    }

    public Histogram histogram(String name) {
        return series(Histogram.class, name, () -> store.histogram(prefix + name));
    }

    public TextReadout text(String name) {
        return series(TextReadout.class, name, () -> store.text(prefix + name));
    }

    /// A counter with labels.
    ///
    /// @param name what follows the prefix, without the labels
    public Counter counter(String name, List<StatLabel> labels) {
        String whole = whole(name, labels);
        return series(
                Counter.class,
                whole,
                () -> store.counter(this, prefix + whole, store.tagged(prefix + name, labels)));
    }

    /// A gauge with labels; see [#counter(String, List)].
    public Gauge gauge(String name, List<StatLabel> labels) {
        String whole = whole(name, labels);
        return series(
                Gauge.class,
                whole,
                () -> store.gauge(this, prefix + whole, store.tagged(prefix + name, labels)));
    }

    /// A histogram with labels; see [#counter(String, List)].
    public Histogram histogram(String name, List<StatLabel> labels) {
        String whole = whole(name, labels);
        return series(
                Histogram.class,
                whole,
                () -> store.histogram(prefix + whole, store.tagged(prefix + name, labels)));
    }

    /// Envoy: labels follow in the name, each with its value.
    private static String whole(String name, List<StatLabel> labels) {
        StringBuilder whole = new StringBuilder(name);
        for (StatLabel label : labels) {
            whole.append('.').append(label.name()).append('.').append(label.value());
        }
        return whole.toString();
    }

    /// The one that is there already, or a new one.
    private synchronized <S extends Series> S series(Class<S> type, String name, Supplier<S> make) {
        Series known = made.get(name);
        if (type.isInstance(known)) {
            return type.cast(known);
        }
        S series = make.get();
        keep(name, series);
        return series;
    }

    /// The counters of response codes under this prefix.
    ///
    /// @param name `upstream_rq_` or `downstream_rq_`
    /// @param exact whether each code has its own counter beside its class
    public ResponseCodeCounters responseCodes(String name, boolean exact) {
        return new ResponseCodeCounters(this, name, exact);
    }

    private void keep(String name, Series series) {
        if (closed) {
            // a response code seen for the first time by an exchange that outlived its cluster
            store.release(List.of(prefix + name));
            return;
        }
        made.put(name, series);
    }

    /// The block the next value goes into.
    synchronized Cells cells() {
        Cells current = cells;
        if (current == null || used == current.size()) {
            current = store.newCells();
            cells = current;
            used = 0;
        }
        return current;
    }

    synchronized int takeSlot() {
        return used++;
    }

    /// Lets go of all series; one that no other scope holds disappears.
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        children.forEach(StatsScope::close);
        store.release(made.keySet().stream().map(name -> prefix + name).toList());
        made.clear();
    }
}
