package io.meltemi.proxy.observe.stats;

/// How values are spread: durations, sizes. Thread-safe: each worker counts in bins of its own.
public final class Histogram implements Series {
    private final String name;
    private final TaggedName tagged;
    private final WorkerBins[] workers;

    /// Guarded by this.
    private HistogramSnapshot atLastFlush = HistogramSnapshot.EMPTY;

    /// Guarded by this.
    private HistogramSnapshot interval = HistogramSnapshot.EMPTY;

    Histogram(String name, TaggedName tagged, int workers) {
        this.name = name;
        this.tagged = tagged;
        this.workers = new WorkerBins[workers];
        for (int i = 0; i < workers; i++) {
            this.workers[i] = new WorkerBins();
        }
    }

    /// Only on the event loop of this worker.
    ///
    /// @param value in the unit the name tells (`_time` is milliseconds); negative counts as 0
    public void record(int worker, long value) {
        workers[worker].record(value);
    }

    /// Everything recorded so far.
    public HistogramSnapshot cumulative() {
        long[] totals = new long[Bins.COUNT];
        long sum = 0;
        for (WorkerBins bins : workers) {
            bins.addTo(totals);
            sum += bins.sum();
        }
        return HistogramSnapshot.of(totals, sum);
    }

    /// What was recorded between the last two calls of [#flush].
    public synchronized HistogramSnapshot interval() {
        return interval;
    }

    /// Ends an interval.
    synchronized void flush() {
        HistogramSnapshot now = cumulative();
        interval = now.minus(atLastFlush);
        atLastFlush = now;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public TaggedName tagged() {
        return tagged;
    }

    @Override
    public boolean isUsed() {
        return cumulative().count() != 0;
    }
}
