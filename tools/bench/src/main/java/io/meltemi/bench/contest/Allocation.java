package io.meltemi.bench.contest;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How much of its heap a JVM has allocated since its start. Thread-safe: without state.
final class Allocation {
    private static final Pattern ALLOCATED = Pattern.compile(" allocated=(\\d+)([BKMGT])");
    private static final String UNITS = "BKMGT";
    private static final int KILO = 1024;

    private Allocation() {}

    /// The bytes of all its threads; what threads allocated that have ended is not among them.
    static long bytes(long pid) throws IOException {
        return sum(Jcmd.ask(pid, "Thread.print", "-e"));
    }

    static long sum(String threads) throws IOException {
        Matcher each = ALLOCATED.matcher(threads);
        long sum = 0;
        while (each.find()) {
            sum +=
                    Long.parseLong(each.group(1))
                            * (long) Math.pow(KILO, UNITS.indexOf(each.group(2)));
        }
        if (sum == 0) {
            throw new IOException("jcmd said something unexpected:\n" + threads);
        }
        return sum;
    }
}
