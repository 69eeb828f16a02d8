package io.meltemi.testkit.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.proxy.OfflineProxy;
import io.meltemi.proxy.config.BootstrapReader;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import io.meltemi.proxy.decide.route.Route;
import io.meltemi.proxy.decide.route.RouteAction;
import io.meltemi.proxy.decide.route.RouteEntry;
import io.meltemi.proxy.explain.Call;
import io.meltemi.proxy.explain.Explainer;
import io.meltemi.proxy.explain.Hop;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.testkit.differential.DifferentialCase;
import io.meltemi.testkit.differential.Placeholders;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// What a request is said to meet is what it met in traffic: each request of the cases of
/// [MeshCasesTest] is explained, and held against what Envoy logged and answered.
final class ExplainedMeshTest {
    private static final Path CASES = Path.of("src/test/resources/mesh");

    /// Flags of answers that a proxy gives before it has an endpoint. What an authorizer or a quota
    /// says is not among them: nobody is asked.
    private static final Set<String> OWN_FLAGS = Set.of("NR", "NC", "UH", "FI");

    /// What is not explained, and why: the request of the case, from 1.
    private static final Map<String, String> KNOWN =
            Map.of("attacks-paths 28", "the codec refuses it: nobody decides about it");

    @TestFactory
    Stream<DynamicTest> whatIsExplainedIsWhatHappened(@TempDir Path scratch) throws IOException {
        try (Stream<Path> files = Files.list(CASES)) {
            return files
                    .filter(file -> file.toString().endsWith(".yaml"))
                    .filter(ExplainedMeshTest::isOfRequests)
                    .sorted()
                    .toList()
                    .stream()
                    .map(file ->
                            DynamicTest.dynamicTest(
                                    file.getFileName().toString(), () -> check(file, scratch)));
        }
    }

    private static boolean isOfRequests(Path file) {
        try {
            return !MeshCase.isOfConnections(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void check(Path file, Path scratch) throws IOException, ConfigRefusedException {
        DifferentialCase situation = MeshCase.read(file, scratch);
        List<String> met = Files.readAllLines(CASES.resolve(situation.name() + ".txt"));
        List<String> log = met.stream().filter(line -> line.startsWith("log ")).toList();
        String bootstrap =
                new Placeholders(1, 2, 3, Path.of("/dev/null")).fill(situation.bootstrap());
        List<String> wrong = new ArrayList<>();
        try (OfflineProxy proxy = new OfflineProxy(new BootstrapReader().tree(bootstrap, "case"))) {
            for (int i = 0; i < situation.requests().size(); i++) {
                String name = situation.name() + " " + (i + 1);
                Hop hop = new Explainer(proxy).explain("web", call(situation.requests().get(i)));
                String line = log.size() == situation.requests().size() ? log.get(i) : "";
                List<String> its = differences(hop, answer(met, i + 1), line);
                if (!KNOWN.containsKey(name)) {
                    its.forEach(difference -> wrong.add(name + ": " + difference));
                } else if (its.isEmpty()) {
                    wrong.add(name + ": the known difference is gone");
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    /// Of a request, as the client wrote it.
    private static Call call(String text) {
        String[] lines = text.substring(0, text.indexOf("\r\n\r\n")).split("\r\n", -1);
        String[] line = lines[0].split(" ", -1);
        HeaderMap request = new HeaderMap();
        request.add(":method", line[0]);
        request.add(":scheme", "http");
        String host = "";
        String path = line[1];
        if (path.startsWith("http://")) {
            int slash = path.indexOf('/', "http://".length());
            host = path.substring("http://".length(), slash < 0 ? path.length() : slash);
            path = slash < 0 ? "/" : path.substring(slash);
        }
        HeaderMap others = new HeaderMap();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            String name = lines[i].substring(0, colon).toLowerCase(Locale.ROOT);
            String value = lines[i].substring(colon + 1).strip();
            if (!name.equals("host")) {
                others.add(name, value);
            } else if (host.isEmpty()) {
                host = value;
            }
        }
        request.add(":authority", host);
        request.add(":path", path);
        for (int i = 0; i < others.size(); i++) {
            request.add(others.name(i), others.value(i));
        }
        return new Call(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 40000),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080),
                new Call.Security.PlainText(),
                request);
    }

    /// The lines of one request's answer, without its number.
    private static List<String> answer(List<String> met, int number) {
        return met.stream()
                .filter(line -> line.startsWith(number + " "))
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .toList();
    }

    /// @param log the line of the access log; empty where it cannot be told which one it is
    private static List<String> differences(Hop hop, List<String> answer, String log) {
        List<String> wrong = new ArrayList<>();
        switch (hop.end()) {
            case Hop.End.Answered(var reply, String by) -> {
                boolean grpc = answer.stream().anyMatch(line -> line.startsWith("header grpc-"));
                String status = grpc ? "status 200" : "status " + reply.status();
                if (!answer.contains(status)) {
                    wrong.add(status + " by " + by + " is explained, met " + answer);
                }
                String location = reply.headers().get("location");
                if (location != null && !answer.contains("header location: " + location)) {
                    wrong.add("location " + location + " is explained, met " + answer);
                }
                if (reply.details().startsWith("rbac_")
                        && !answer.contains("body RBAC: access denied")) {
                    wrong.add("a denial is explained, met " + answer);
                }
            }
            case Hop.End.Forwarded(String cluster, _, _) -> {
                if (answer.contains("body RBAC: access denied")
                        || answer.stream().anyMatch(line -> line.startsWith("body Jwt"))) {
                    wrong.add(cluster + " is explained, met " + answer);
                }
            }
            case Hop.End.Refused(String why) -> wrong.add(why + ", met " + answer);
            case Hop.End.Connected(var targets) -> wrong.add(targets + ", met " + answer);
        }
        if (!log.isEmpty()) {
            wrong.addAll(differences(hop, log.split(" ", -1)));
        }
        return wrong;
    }

    /// @param log method, path, status, flags, cluster, route
    private static List<String> differences(Hop hop, String[] log) {
        List<String> wrong = new ArrayList<>();
        String flags = log[log.length - 3];
        String cluster = log[log.length - 2];
        String route = log[log.length - 1].substring("route=".length());
        String name = hop.route() == null ? "" : hop.route().name();
        if (!route.equals(name.isEmpty() ? "-" : name)) {
            wrong.add("route '" + name + "' is explained, the log has " + route);
        }
        Set<String> explained = isMissing(hop) ? Set.of("-") : clusters(hop.entry());
        if (!explained.contains(cluster)) {
            wrong.add(explained + " are explained, the log has " + cluster);
        }
        if (hop.end() instanceof Hop.End.Forwarded && OWN_FLAGS.contains(flags)) {
            wrong.add("it is said to be forwarded, the log has " + flags);
        }
        if (hop.end() instanceof Hop.End.Answered(var reply, _)
                && reply.flag() != null
                && !flags.contains(String.valueOf(reply.flag().code()))) {
            wrong.add(reply.flag() + " is explained, the log has " + flags);
        }
        return wrong;
    }

    /// Whether the route's cluster is not there: then logs do not name it.
    private static boolean isMissing(Hop hop) {
        return hop.end() instanceof Hop.End.Answered(var reply, _)
                && reply.details().equals("cluster_not_found");
    }

    /// Chance decides between them.
    private static Set<String> clusters(@org.jspecify.annotations.Nullable RouteEntry entry) {
        Set<String> clusters = new java.util.TreeSet<>();
        if (entry != null) {
            for (Route target : entry.targets()) {
                if (target.action() instanceof RouteAction.ToCluster(String cluster, _)) {
                    clusters.add(cluster);
                }
            }
        }
        return clusters.isEmpty() ? Set.of("-") : clusters;
    }
}
