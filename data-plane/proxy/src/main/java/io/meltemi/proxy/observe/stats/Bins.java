package io.meltemi.proxy.observe.stats;

/// The bins values are counted in: two significant decimal digits, as in Envoy's histograms
/// (circllhist), for whole numbers. Immutable.
///
/// Bin 0 holds 0; 1 to 9 have a bin each; from there every power of ten has 90. The relative error
/// is below 10 %, typically half of that.
final class Bins {
    /// Decades of 90 bins after the first ten.
    static final int DECADES = 11;

    static final int PER_DECADE = 90;
    static final int SINGLE = 10;
    static final int COUNT = SINGLE + DECADES * PER_DECADE;

    private static final long[] POWERS = new long[DECADES + 2];

    static {
        POWERS[0] = 1;
        for (int i = 1; i < POWERS.length; i++) {
            POWERS[i] = POWERS[i - 1] * 10;
        }
    }

    private Bins() {}

    /// @param value negative ones count as 0, those beyond the last bin in the last bin
    static int of(long value) {
        if (value < SINGLE) {
            return (int) Math.max(0, value);
        }
        int decade = 0;
        while (decade < DECADES - 1 && value >= POWERS[decade + 2]) {
            decade++;
        }
        long digits = Math.min(99, value / POWERS[decade]);
        return SINGLE + decade * PER_DECADE + (int) digits - 10;
    }

    static double left(int bin) {
        if (bin < SINGLE) {
            return bin;
        }
        int decade = (bin - SINGLE) / PER_DECADE;
        return (double) ((bin - SINGLE) % PER_DECADE + 10) * POWERS[decade];
    }

    static double width(int bin) {
        if (bin == 0) {
            return 0;
        }
        return bin < SINGLE ? 0.1 : POWERS[(bin - SINGLE) / PER_DECADE];
    }
}
