package io.meltemi.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Drives load with `wrk` and reads its report. Thread-safe: without state.
final class Wrk {
    private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in ");
    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
    private static final Pattern SLOWEST = Pattern.compile("99%\\s+([0-9.]+)(us|ms|s)");
    private static final Pattern FAILURES =
            Pattern.compile("(Non-2xx or 3xx responses: \\d+|Socket errors:.*)");
    private static final int GRACE_SECONDS = 20;

    private Wrk() {}

    /// What a run did.
    ///
    /// @param failures wrk's words; empty when every answer was good
    record Report(long requests, double perSecond, double p99Micros, String failures) {}

    static boolean isInstalled() {
        try {
            Process wrk =
                    new ProcessBuilder("wrk", "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return wrk.waitFor(GRACE_SECONDS, TimeUnit.SECONDS);
        } catch (IOException _) {
            return false;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    static Report run(int port, int connections, int seconds) throws IOException {
        List<String> command =
                List.of(
                        "wrk",
                        "--latency",
                        "-t1",
                        "-c" + connections,
                        "-d" + seconds + "s",
                        "http://127.0.0.1:" + port + "/bench");
        Process wrk = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!wrk.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                wrk.destroyForcibly();
                throw new IOException("wrk does not end");
            }
        } catch (InterruptedException e) {
            wrk.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while wrk was running", e);
        }
        return read(text);
    }

    static Report read(String text) throws IOException {
        Matcher slowest = find(SLOWEST, text);
        double unit =
                switch (slowest.group(2)) {
                    case "us" -> 1;
                    case "ms" -> 1_000;
                    default -> 1_000_000;
                };
        Matcher failures = FAILURES.matcher(text);
        return new Report(
                Long.parseLong(find(REQUESTS, text).group(1)),
                Double.parseDouble(find(RATE, text).group(1)),
                Double.parseDouble(slowest.group(1)) * unit,
                failures.find() ? failures.group(1) : "");
    }

    private static Matcher find(Pattern pattern, String text) throws IOException {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IOException("wrk said something unexpected:\n" + text);
        }
        return matcher;
    }
}
