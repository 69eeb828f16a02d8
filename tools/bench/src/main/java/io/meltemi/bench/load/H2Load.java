package io.meltemi.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// HTTP/2 in clear text by `h2load`, or HTTP/1.1 at a given rate. Immutable.
///
/// @param options beside connections and time, e.g. `-m10`
/// @param perSecond requests of all connections together; 0 for as many as the proxy takes
public record H2Load(int connections, List<String> options, String path, int perSecond)
        implements Load {
    private static final Pattern COUNTS =
            Pattern.compile(
                    "requests: \\d+ total, \\d+ started, (\\d+) done, (\\d+) succeeded, (\\d+)"
                            + " failed, (\\d+) errored, (\\d+) timeout");
    private static final Pattern RATE = Pattern.compile("finished in [^,]+, ([0-9.]+) req/s");
    private static final double SLOWEST = 0.99;

    public H2Load {
        options = List.copyOf(options);
    }

    @Override
    public String program() {
        return "h2load";
    }

    @Override
    public Report run(int port, int seconds) throws IOException {
        Path log = Files.createTempFile("h2load", ".log");
        try {
            List<String> command =
                    new ArrayList<>(
                            List.of(
                                    "h2load",
                                    "-t1",
                                    "-c" + connections,
                                    "-D" + seconds,
                                    "--log-file=" + log));
            if (perSecond > 0) {
                command.add("--rps=" + Math.max(1, perSecond / connections));
            }
            command.addAll(options);
            command.add("http://127.0.0.1:" + port + path);
            String text = Program.output(command);
            try (Stream<String> lines = Files.lines(log)) {
                return read(text, lines);
            }
        } finally {
            Files.deleteIfExists(log);
        }
    }

    /// @param lines a request each: start, status and microseconds, between tabs
    static Report read(String text, Stream<String> lines) throws IOException {
        Matcher counts = COUNTS.matcher(text);
        Matcher rate = RATE.matcher(text);
        if (!counts.find() || !rate.find()) {
            throw new IOException("h2load said something unexpected:\n" + text);
        }
        long bad = Long.parseLong(counts.group(3)) + Long.parseLong(counts.group(5));
        return new Report(
                Long.parseLong(counts.group(2)),
                Double.parseDouble(rate.group(1)),
                p99(lines),
                bad == 0 ? "" : counts.group());
    }

    private static double p99(Stream<String> lines) {
        long[] micros =
                lines.mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf('\t') + 1)))
                        .toArray();
        Arrays.sort(micros);
        return micros.length == 0 ? 0 : micros[(int) (micros.length * SLOWEST)];
    }
}
