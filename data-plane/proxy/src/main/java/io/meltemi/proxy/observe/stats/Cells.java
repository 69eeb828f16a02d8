package io.meltemi.proxy.observe.stats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// Room for a fixed number of sums, one row per worker and one for all other threads. Thread-safe.
///
/// A row belongs to one event loop, which therefore adds with a plain read and an opaque write: no
/// locked instruction, and no cache line that two loops write. Readers may miss the last few adds,
/// never tear or lose one.
final class Cells {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[][] rows;

    /// @param workers number of event loops
    Cells(int workers, int size) {
        rows = new long[workers + 1][size];
    }

    int size() {
        return rows[0].length;
    }

    /// Only on the event loop of this worker.
    void add(int worker, int slot, long amount) {
        long[] row = rows[worker];
        CELL.setOpaque(row, slot, row[slot] + amount);
    }

    /// From any thread.
    void addShared(int slot, long amount) {
        CELL.getAndAdd(rows[rows.length - 1], slot, amount);
    }

    void setShared(int slot, long value) {
        CELL.setOpaque(rows[rows.length - 1], slot, value);
    }

    long sum(int slot) {
        long sum = 0;
        for (long[] row : rows) {
            sum += (long) CELL.getOpaque(row, slot);
        }
        return sum;
    }

    /// Whether anything but zero stands in a row: also when the rows' sum is zero after a reset.
    boolean isTouched(int slot) {
        for (long[] row : rows) {
            if ((long) CELL.getOpaque(row, slot) != 0) {
                return true;
            }
        }
        return false;
    }
}
