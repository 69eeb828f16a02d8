package io.meltemi.proxy.observe.stats;

/// A number that only grows. Thread-safe: each worker adds to a cell of its own.
public final class Counter implements Series {
    private final String name;
    private final TaggedName tagged;
    private final Cells cells;
    private final int slot;

    Counter(String name, TaggedName tagged, Cells cells, int slot) {
        this.name = name;
        this.tagged = tagged;
        this.cells = cells;
        this.slot = slot;
    }

    /// Only on the event loop of this worker.
    public void increment(int worker) {
        cells.add(worker, slot, 1);
    }

    /// Only on the event loop of this worker.
    public void add(int worker, long amount) {
        cells.add(worker, slot, amount);
    }

    /// From any thread.
    public void increment() {
        cells.addShared(slot, 1);
    }

    /// From any thread.
    public void add(long amount) {
        cells.addShared(slot, amount);
    }

    public long value() {
        return cells.sum(slot);
    }

    /// Begins to count anew. From any thread; what workers count meanwhile is not lost.
    void reset() {
        cells.addShared(slot, -value());
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
        return cells.isTouched(slot);
    }
}
