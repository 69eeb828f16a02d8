package io.meltemi.proxy.observe.stats;

import java.util.Arrays;

/// The counts of a histogram at one moment. Immutable.
public final class HistogramSnapshot {
    static final HistogramSnapshot EMPTY = new HistogramSnapshot(new int[0], new long[0], 0);

    /// Used bins, ascending.
    private final int[] bins;

    private final long[] counts;
    private final long sum;

    private HistogramSnapshot(int[] bins, long[] counts, long sum) {
        this.bins = bins;
        this.counts = counts;
        this.sum = sum;
    }

    static HistogramSnapshot of(long[] totals, long sum) {
        int used = 0;
        for (long total : totals) {
            used += total == 0 ? 0 : 1;
        }
        int[] bins = new int[used];
        long[] counts = new long[used];
        int at = 0;
        for (int bin = 0; bin < totals.length; bin++) {
            if (totals[bin] != 0) {
                bins[at] = bin;
                counts[at++] = totals[bin];
            }
        }
        return used == 0 ? EMPTY : new HistogramSnapshot(bins, counts, sum);
    }

    /// What came since an earlier snapshot of the same histogram.
    HistogramSnapshot minus(HistogramSnapshot earlier) {
        long[] totals = new long[Bins.COUNT];
        for (int i = 0; i < bins.length; i++) {
            totals[bins[i]] += counts[i];
        }
        for (int i = 0; i < earlier.bins.length; i++) {
            totals[earlier.bins[i]] -= earlier.counts[i];
        }
        return of(totals, sum - earlier.sum);
    }

    public long count() {
        return Arrays.stream(counts).sum();
    }

    /// Tells each bin that holds values, in ascending order.
    void forEachBin(BinReader reader) {
        for (int i = 0; i < bins.length; i++) {
            reader.bin(Bins.left(bins[i]), Bins.width(bins[i]), counts[i]);
        }
    }

    /// Is told of a bin.
    @FunctionalInterface
    interface BinReader {
        void bin(double left, double width, long count);
    }

    /// The exact sum of all values.
    public long sum() {
        return sum;
    }

    /// How many values are at most `bound`, as far as whole bins tell.
    long countUpTo(double bound) {
        long count = 0;
        for (int i = 0; i < bins.length && Bins.left(bins[i]) <= bound; i++) {
            // a bin that begins at the bound holds the bound itself and, above 99, a little more
            count += counts[i];
        }
        return count;
    }

    /// The value below which this share of all values lies; NaN without values.
    ///
    /// Envoy 1.40 prints the k-th of a bin's n values at `left + width * k / (n + 1)`, with k
    /// rounded up; so do we.
    ///
    /// @param share 0 to 1
    public double quantile(double share) {
        if (bins.length == 0) {
            return Double.NaN;
        }
        double wanted = Math.max(1, Math.ceil(count() * share));
        long below = 0;
        int i = 0;
        while (i < bins.length - 1 && below + counts[i] < wanted) {
            below += counts[i++];
        }
        double rank = Math.min((double) counts[i], wanted - below);
        return Bins.left(bins[i]) + Bins.width(bins[i]) * rank / (counts[i] + 1);
    }
}
