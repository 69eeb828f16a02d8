package io.meltemi.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.http.Message;
import io.meltemi.fixtures.http.PlainClient;
import io.meltemi.testkit.Deadline;
import io.meltemi.testkit.differential.OurProxy;
import io.meltemi.testkit.differential.ProxyUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Envoy and ours send the same requests to the same endpoints.
final class ClusterCasesTest {
    /// `-Ddifferential=ring` runs the cases whose names begin so. Envoy ejects an endpoint on
    /// another thread than the one that answers.
    private static final long EJECTION_MILLIS = 2;

    private static final String CHOSEN = System.getProperty("differential", "");

    private static final Path CASES = Path.of("src/test/resources/clusters");

    /// Five standard deviations: one of two million comparisons fails by chance.
    private static final double SIGMAS = 5;

    private static final Duration START = Duration.ofSeconds(60);

    @TestFactory
    @Execution(ExecutionMode.CONCURRENT)
    Stream<DynamicTest> bothChooseTheSameEndpoints() throws IOException {
        try (Stream<Path> files = Files.list(CASES)) {
            return files
                    .filter(file -> file.getFileName().toString().startsWith(CHOSEN))
                    .sorted()
                    .toList()
                    .stream()
                    .map(file ->
                            DynamicTest.dynamicTest(
                                    file.getFileName().toString(), () -> check(file)));
        }
    }

    /// What a proxy did: the answers to each check, the statistics asked for, and the events of
    /// each endpoint. Immutable.
    private record Outcome(
            List<List<String>> answers, List<String> stats, Map<String, List<String>> events) {}

    private static ClusterCase.Expectation expectation(ClusterCase.Step step) {
        return step instanceof ClusterCase.Check check
                ? check.expectation()
                : ClusterCase.Expectation.SAME;
    }

    private static void check(Path file) throws IOException {
        ClusterCase situation = ClusterCase.read(file);
        try (Upstreams upstreams = new Upstreams(situation.upstreams())) {
            Outcome envoy = play(situation, upstreams, ProxyUnderTest::envoy);
            Outcome ours = play(situation, upstreams, OurProxy::start);

            List<String> differences = new ArrayList<>();
            for (int i = 0; i < situation.checks().size(); i++) {
                ClusterCase.Step step = situation.checks().get(i);
                String difference =
                        difference(
                                expectation(step), envoy.answers().get(i), ours.answers().get(i));
                if (!difference.isEmpty()) {
                    differences.add((i + 1) + " " + step + ": " + difference);
                }
            }
            assertThat(differences).as("Envoy, then ours").isEmpty();
            assertThat(unlike(envoy.stats(), ours.stats())).as("Envoy, ours").isEmpty();
            assertThat(unlike(envoy.events(), ours.events())).as("Envoy, ours").isEmpty();
        }
    }

    private static List<String> unlike(
            Map<String, List<String>> envoy, Map<String, List<String>> ours) {
        TreeSet<String> endpoints = new TreeSet<>(envoy.keySet());
        endpoints.addAll(ours.keySet());
        List<String> unlike = new ArrayList<>();
        for (String endpoint : endpoints) {
            List<String> its = envoy.getOrDefault(endpoint, List.of());
            List<String> mine = ours.getOrDefault(endpoint, List.of());
            if (!its.equals(mine)) {
                unlike.add(endpoint + ": " + its + " and " + mine);
            }
        }
        return unlike;
    }

    private static List<String> unlike(List<String> envoy, List<String> ours) {
        List<String> unlike = new ArrayList<>();
        for (int i = 0; i < envoy.size(); i++) {
            if (!envoy.get(i).equals(ours.get(i))) {
                unlike.add(envoy.get(i) + ", " + ours.get(i));
            }
        }
        return unlike;
    }

    private static Outcome play(
            ClusterCase situation, Upstreams upstreams, ProxyUnderTest.Launcher launcher)
            throws IOException {
        Path events = Files.createTempFile("events", ".log");
        upstreams.reset();
        try (ProxyUnderTest proxy = launcher.start(upstreams.fill(situation.bootstrap(), events))) {
            Deadline.await("readiness", START, proxy.admin()::isReady, proxy::log);
            int port = proxy.admin().listenerPort("web");
            List<List<String>> answers = new ArrayList<>();
            for (ClusterCase.Step step : situation.checks()) {
                answers.add(play(step, port, proxy, upstreams));
            }
            List<String> stats = new ArrayList<>();
            for (String name : situation.stats()) {
                stats.add(name + " " + proxy.admin().stat(name));
            }
            return new Outcome(answers, stats, HealthLog.of(situation, events, upstreams));
        } finally {
            Files.delete(events);
        }
    }

    private static List<String> play(
            ClusterCase.Step step, int port, ProxyUnderTest proxy, Upstreams upstreams)
            throws IOException {
        return switch (step) {
            case ClusterCase.Check check -> answers(check, port);
            case ClusterCase.Await(String stat, int least) -> {
                Deadline.await(
                        stat + " >= " + least,
                        START,
                        () -> proxy.admin().stat(stat) >= least,
                        proxy::log);
                yield List.of();
            }
            case ClusterCase.Flags(String cluster) ->
                    proxy.admin()
                            .get("/clusters")
                            .lines()
                            .filter(line -> line.startsWith(cluster + "::"))
                            .filter(line -> line.contains("::health_flags::"))
                            .map(upstreams::named)
                            .toList();
        };
    }

    private static List<String> answers(ClusterCase.Check check, int port) throws IOException {
        List<String> answers = new ArrayList<>();
        try (PlainClient client = PlainClient.connect(port)) {
            for (int i = 1; i <= check.requests(); i++) {
                StringBuilder request = new StringBuilder("GET / HTTP/1.1\r\n");
                request.append("host: ").append(check.cluster()).append("\r\n");
                for (Map.Entry<String, String> header : check.headers().entrySet()) {
                    request.append(header.getKey()).append(": ");
                    request.append(header.getValue().replace("%d", Integer.toString(i)));
                    request.append("\r\n");
                }
                answers.add(answer(client.call(request.append("\r\n").toString())));
                if (check.expectation() == ClusterCase.Expectation.ABOUT) {
                    Deadline.pause(EJECTION_MILLIS);
                }
            }
        }
        return answers;
    }

    private static String answer(Message response) {
        return response.status() == 200
                ? response.body()
                : response.status() + " " + response.body();
    }

    /// Empty when there is none.
    private static String difference(
            ClusterCase.Expectation expectation, List<String> envoy, List<String> ours) {
        return switch (expectation) {
            case SAME -> envoy.equals(ours) ? "" : envoy + " and " + ours;
            case COUNTS -> {
                Map<String, Integer> its = counts(envoy);
                yield its.equals(counts(ours)) ? "" : its + " and " + counts(ours);
            }
            case ABOUT -> compared(envoy, ours, (one, other) -> Math.abs(one - other) <= 2);
            case SHARES -> compared(envoy, ours, (one, other) -> isClose(one, other, envoy.size()));
        };
    }

    /// Whether two counts are near enough.
    @FunctionalInterface
    private interface Nearness {
        boolean isEnough(int one, int other);
    }

    private static String compared(List<String> envoy, List<String> ours, Nearness nearness) {
        Map<String, Integer> its = counts(envoy);
        Map<String, Integer> mine = counts(ours);
        TreeSet<String> all = new TreeSet<>(its.keySet());
        all.addAll(mine.keySet());
        boolean near =
                all.stream()
                        .allMatch(answer ->
                                nearness.isEnough(
                                        its.getOrDefault(answer, 0), mine.getOrDefault(answer, 0)));
        return near ? "" : its + " and " + mine;
    }

    private static boolean isClose(int one, int other, int all) {
        double share = (one + other) / 2.0 / all;
        return Math.abs(one - other) <= SIGMAS * Math.sqrt(2 * all * share * (1 - share)) + 1;
    }

    private static Map<String, Integer> counts(List<String> answers) {
        Map<String, Integer> counts = new TreeMap<>();
        answers.forEach(answer -> counts.merge(answer, 1, Integer::sum));
        return counts;
    }
}
