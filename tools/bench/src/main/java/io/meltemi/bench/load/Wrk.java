package io.meltemi.bench.load;

import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// HTTP/1.1 by `wrk`, which reads answers of any size for little. Immutable.
///
/// @param path of each request
public record Wrk(int connections, String path) implements Load {
    private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in ");
    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
    private static final Pattern SLOWEST = Pattern.compile("99%\\s+([0-9.]+)(us|ms|s)");
    private static final Pattern FAILURES =
            Pattern.compile("(Non-2xx or 3xx responses: \\d+|Socket errors:.*)");

    @Override
    public String program() {
        return "wrk";
    }

    @Override
    public Report run(int port, int seconds) throws IOException {
        return read(
                Program.output(
                        List.of(
                                "wrk",
                                "--latency",
                                "-t1",
                                "--timeout",
                                "10s",
                                "-c" + connections,
                                "-d" + seconds + "s",
                                "http://127.0.0.1:" + port + path)));
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
