package io.meltemi.bench.contest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
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
        Process jcmd =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                                Long.toString(pid),
                                "Thread.print",
                                "-e")
                        .redirectErrorStream(true)
                        .start();
        try {
            String text = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!jcmd.waitFor(10, TimeUnit.SECONDS)) {
                throw new IOException("jcmd does not end");
            }
            return sum(text);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while jcmd was running", e);
        } finally {
            jcmd.destroyForcibly();
        }
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
