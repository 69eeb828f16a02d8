package io.meltemi.proxy.observe.stats;

/// A number that rises and falls. Thread-safe: each worker adds to a cell of its own, and the value
/// is their sum.
public final class Gauge implements Series {
    private final String name;
    private final TaggedName tagged;
    private final Cells cells;
    private final int slot;
    private volatile boolean used;

    Gauge(String name, TaggedName tagged, Cells cells, int slot) {
        this.name = name;
        this.tagged = tagged;
        this.cells = cells;
        this.slot = slot;
    }

    /// Only on the event loop of this worker.
    public void add(int worker, long amount) {
        cells.add(worker, slot, amount);
        markUsed();
    }

    /// From any thread.
    public void add(long amount) {
        cells.addShared(slot, amount);
        markUsed();
    }

    /// From any thread; for gauges no worker adds to.
    public void set(long value) {
        cells.setShared(slot, value);
        markUsed();
    }

    public long value() {
        return cells.sum(slot);
    }

    private void markUsed() {
        if (!used) {
            used = true;
        }
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
        return used;
    }
}
