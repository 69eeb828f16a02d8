package io.meltemi.bench.soak;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/// The command `soak`.
public final class SoakMain {
    /// What the heap may grow by: classes that were needed late, counters of one more kind.
    static final double MOST_GROWTH = 0.10;

    private SoakMain() {}

    /// Exits with 1 when a request failed or memory grew, with 2 when an argument is wrong.
    public static void main(String... arguments) throws IOException {
        if (List.of(arguments).contains("--help")) {
            System.out.print(SoakSettings.USAGE);
            return;
        }
        try {
            SoakSettings settings = SoakSettings.of(arguments);
            System.exit(verdict(new Soak(settings, System.out::println).play()) ? 0 : 1);
        } catch (IllegalArgumentException e) {
            System.err.println("soak: " + e.getMessage() + "; see --help");
            System.exit(2);
        }
    }

    private static boolean verdict(Soak.Result result) {
        System.out.printf(
                Locale.ROOT,
                "%d requests, %d failed, %d sent again, %d connections made again, %d changes; heap %+.1f %%,"
                        + " resident %+.1f %%%n",
                result.good(),
                result.failed(),
                result.repeated(),
                result.reconnected(),
                result.changes(),
                result.heapGrowth() * 100,
                result.residentGrowth() * 100);
        if (result.failed() > 0) {
            System.out.println("FAILED: " + result.firstFailure());
        }
        if (result.heapGrowth() > MOST_GROWTH) {
            System.out.println("FAILED: the heap grows");
        }
        return result.failed() == 0 && result.heapGrowth() <= MOST_GROWTH;
    }
}
