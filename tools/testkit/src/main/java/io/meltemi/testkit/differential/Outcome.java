package io.meltemi.testkit.differential;

import io.meltemi.fixtures.http.Header;
import io.meltemi.fixtures.http.Message;
import io.meltemi.fixtures.http.PlainClient;
import io.meltemi.fixtures.http.Reply;
import io.meltemi.fixtures.http.ScriptedUpstream;
import io.meltemi.testkit.Deadline;
import io.meltemi.testkit.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a proxy did in a case, as lines that can be compared: responses, what the upstream saw, the
/// access log, and counters. Immutable.
///
/// Each line begins with where it comes from, `1 status 503` or `upstream 2 header host: test`.
/// What no two runs share (dates, identifiers, durations) is replaced by its name.
public record Outcome(List<String> lines) {
    /// Some times what both proxies take to write what they have logged.
    private static final long QUIET_MILLIS = 100;

    private static final Duration LOG = Duration.ofSeconds(10);
    private static final Set<String> VARYING =
            Set.of("date", "x-request-id", "x-envoy-upstream-service-time", "x-forwarded-port");

    public Outcome {
        lines = List.copyOf(lines);
    }

    /// Runs a case.
    public static Outcome of(DifferentialCase situation, ProxyUnderTest.Launcher launcher)
            throws IOException {
        try (ScriptedUpstream shadow = ScriptedUpstream.start()) {
            shadow.then(situation.second().toArray(Reply[]::new));
            return run(situation, launcher, shadow.port(), shadow);
        }
    }

    /// Runs a case whose second upstream is the test's own.
    ///
    /// @param secondPort where it listens
    public static Outcome of(
            DifferentialCase situation, ProxyUnderTest.Launcher launcher, int secondPort)
            throws IOException {
        return run(situation, launcher, secondPort, null);
    }

    private static Outcome run(
            DifferentialCase situation,
            ProxyUnderTest.Launcher launcher,
            int secondPort,
            @Nullable ScriptedUpstream shadow)
            throws IOException {
        Path log = Files.createTempFile("access", ".log");
        try (ScriptedUpstream upstream = ScriptedUpstream.start()) {
            upstream.then(situation.script().toArray(Reply[]::new));
            Placeholders places =
                    new Placeholders(upstream.port(), secondPort, FreePort.onLoopback(), log);
            try (ProxyUnderTest proxy = launcher.start(places.fill(situation.bootstrap()))) {
                List<String> lines = new ArrayList<>(play(situation, proxy));
                lines.addAll(upstream("upstream", upstream.seen()));
                if (shadow != null) {
                    lines.addAll(upstream("shadow", copies(shadow, situation.copies(), proxy)));
                }
                lines.addAll(accessLog(log, situation.logs(), proxy));
                if (!situation.stats().isEmpty()) {
                    lines.addAll(StatLines.of(proxy.admin(), situation.stats()));
                }
                return new Outcome(lines);
            }
        } finally {
            Files.delete(log);
        }
    }

    private static List<String> play(DifferentialCase situation, ProxyUnderTest proxy)
            throws IOException {
        int port = proxy.admin().listenerPort("web");
        List<String> lines = new ArrayList<>();
        int number = 0;
        for (String request : situation.requests()) {
            number++;
            try (PlainClient client = PlainClient.connect(port)) {
                Message response = client.call(request);
                lines.add(number + " status " + response.status());
                if (!response.startLine().startsWith("HTTP/1.1 ")) {
                    lines.add(number + " line " + response.startLine());
                }
                lines.addAll(headers(Integer.toString(number), response));
                lines.add(number + " body " + printable(response.body()));
                lines.addAll(fields(number + " trailer ", response.trailers()));
            } catch (IOException e) {
                throw new IOException("request " + number + ": " + e.getMessage(), e);
            }
        }
        return lines;
    }

    /// Nobody waits for a copy, so that the last one may still be on its way, and copies of one
    /// request overtake each other: they are in the order of what they ask for.
    private static List<Message> copies(ScriptedUpstream shadow, int count, ProxyUnderTest proxy)
            throws IOException {
        Deadline.await(count + " copies", LOG, () -> shadow.seen().size() >= count, proxy::log);
        return shadow.seen().stream()
                .sorted(
                        Comparator.comparing(Message::startLine)
                                .thenComparing(copy -> copy.header("host").orElse("")))
                .toList();
    }

    static List<String> upstream(String name, List<Message> seen) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < seen.size(); i++) {
            String place = name + " " + (i + 1);
            lines.add(place + " line " + seen.get(i).startLine());
            lines.addAll(headers(place, seen.get(i)));
            lines.add(place + " body " + printable(seen.get(i).body()));
            lines.addAll(fields(place + " trailer ", seen.get(i).trailers()));
        }
        return lines;
    }

    /// What a reader of the expectations could not see is escaped; lines stay lines.
    private static String printable(String body) {
        StringBuilder text = new StringBuilder(body.length());
        for (int i = 0; i < body.length(); i++) {
            char c = body.charAt(i);
            if ((c < ' ' && c != '\n' && c != '\t') || c == 0x7f) {
                text.append(String.format("\\x%02x", (int) c));
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    private static List<String> headers(String place, Message message) {
        return fields(place + " header ", message.headers());
    }

    private static List<String> fields(String place, List<Header> fields) {
        List<String> lines = new ArrayList<>();
        for (Header header : fields) {
            String name = header.name().toLowerCase(Locale.ROOT);
            lines.add(place + header.name() + ": " + comparable(place, name, header.value()));
        }
        lines.sort(null);
        return lines;
    }

    private static String comparable(String place, String name, String value) {
        if (name.equals("x-envoy-expected-rq-timeout-ms")) {
            // What is left of the time when an attempt begins: a few milliseconds less each time.
            return about(Long.parseLong(value));
        }
        if (place.startsWith("shadow") && name.equals("x-forwarded-for")) {
            // A copy comes from the proxy itself, by the address it has or thinks to have.
            return "VARIES";
        }
        if (name.equals("x-forwarded-for")) {
            return LocalAddresses.asLoopback(value);
        }
        return VARYING.contains(name) ? "VARIES" : value;
    }

    /// Coarse for long times, of which more passes on a busy machine.
    private static String about(long millis) {
        long step = millis < 1000 ? 100 : 1000;
        return "about " + Math.round((double) millis / step) * step;
    }

    static List<String> accessLog(Path log, int count, ProxyUnderTest proxy) throws IOException {
        Deadline.await(
                count + " lines of access log",
                LOG,
                () -> Files.readAllLines(log).size() >= count,
                () -> content(log) + "\n" + proxy.log());
        return Files.readAllLines(log).stream().map(line -> "log " + line).toList();
    }

    /// The same, where one proxy has more lines to say than the other: waits until none comes any
    /// more.
    static List<String> settledAccessLog(Path log, int count, ProxyUnderTest proxy)
            throws IOException {
        List<String> lines = accessLog(log, count, proxy);
        for (List<String> before = List.of(); !before.equals(lines); ) {
            before = lines;
            Deadline.pause(QUIET_MILLIS);
            lines = accessLog(log, count, proxy);
        }
        return lines;
    }

    private static String content(Path log) {
        try {
            return "it has:\n" + Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
