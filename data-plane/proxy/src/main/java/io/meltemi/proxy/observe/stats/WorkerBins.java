package io.meltemi.proxy.observe.stats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// One worker's counts of one histogram. Written on that worker's event loop only; readable from
/// any thread.
final class WorkerBins {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle BLOCK = MethodHandles.arrayElementVarHandle(long[][].class);

    /// Counts are kept in blocks of one decade, made when first needed: latencies touch two or
    /// three of twelve.
    private static final int SIZE = Bins.PER_DECADE;

    private final long[] @Nullable [] blocks = new long[(Bins.COUNT + SIZE - 1) / SIZE][];

    private final long[] sum = new long[1];

    void record(long value) {
        int bin = Bins.of(value);
        long[] block = blocks[bin / SIZE];
        if (block == null) {
            block = new long[SIZE];
            BLOCK.setRelease(blocks, bin / SIZE, block);
        }
        int at = bin % SIZE;
        CELL.setOpaque(block, at, block[at] + 1);
        CELL.setOpaque(sum, 0, sum[0] + Math.max(0, value));
    }

    /// Adds the counts to `totals`, one cell per bin.
    void addTo(long[] totals) {
        for (int b = 0; b < blocks.length; b++) {
            long[] block = (long[]) BLOCK.getAcquire(blocks, b);
            for (int i = 0; block != null && i < SIZE && b * SIZE + i < totals.length; i++) {
                totals[b * SIZE + i] += (long) CELL.getOpaque(block, i);
            }
        }
    }

    long sum() {
        return (long) CELL.getOpaque(sum, 0);
    }
}
