package io.meltemi.testkit.cluster;

import io.meltemi.fixtures.http.Header;
import io.meltemi.fixtures.http.Message;
import io.meltemi.fixtures.http.Reply;
import io.meltemi.fixtures.http.ScriptedUpstream;
import io.meltemi.testkit.FreePort;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Upstreams `a`, `b`, ... that answer with their names. Both proxies of a case meet the same ones:
/// policies that hash place endpoints by their ports. Thread-safe.
final class Upstreams implements AutoCloseable {
    private static final String CHECK = "/check/";

    private final List<ScriptedUpstream> all = new ArrayList<>();
    private final int closedPort;
    private final GrpcHealth grpc = GrpcHealth.start();

    /// How often each script was asked.
    private final Map<String, Integer> asks = new ConcurrentHashMap<>();

    Upstreams(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            String name = name(i);
            all.add(ScriptedUpstream.start().otherwise(request -> reply(name, request)));
        }
        closedPort = FreePort.onLoopback();
    }

    private static String name(int index) {
        return Character.toString('a' + index);
    }

    private Reply reply(String name, Message request) {
        if (request.header("cut").orElse("").contains(name)) {
            return new Reply.Close();
        }
        String path = request.startLine().split(" ", -1)[1];
        if (path.startsWith(CHECK)) {
            return checked(name, path.substring(CHECK.length()), request);
        }
        boolean fails = request.header("fail").orElse("").contains(name);
        int status = fails ? 503 : 200;
        return request.header("told").orElse("").contains(name)
                ? Reply.of(status, name, new Header("x-envoy-immediate-health-check-fail", "true"))
                : Reply.of(status, name);
    }

    /// A health check tells in its path which answers it gets, one after the other and the last for
    /// ever: `/check/200.503f.cut`. Letters behind a status add headers.
    private Reply checked(String name, String script, Message request) {
        String asked = name + ' ' + request.header("host").orElse("") + ' ' + script;
        String[] answers = script.split("\\.", -1);
        int count = asks.merge(asked, 1, Integer::sum);
        String answer = answers[Math.min(count, answers.length) - 1];
        return switch (answer) {
            case "cut" -> new Reply.Close();
            case "hang" -> new Reply.Silence();
            default -> {
                List<Header> headers = new ArrayList<>();
                for (char letter : answer.substring(3).toCharArray()) {
                    headers.add(
                            switch (letter) {
                                case 'd' -> new Header("x-envoy-degraded", "true");
                                case 'f' ->
                                        new Header("x-envoy-immediate-health-check-fail", "true");
                                case 's' ->
                                        new Header(
                                                "x-envoy-upstream-healthchecked-cluster", "shop-1");
                                case 'c' -> new Header("connection", "close");
                                default -> throw new IllegalStateException(answer);
                            });
                }
                yield new Reply.Response(
                        Integer.parseInt(answer.substring(0, 3)), headers, heard(name, request));
            }
        };
    }

    private static String heard(String name, Message request) {
        return "I am "
                + name
                + ", "
                + request.startLine()
                + ' '
                + request.header("user-agent").orElse("")
                + ' '
                + request.header("x-check").orElse("")
                + ' '
                + request.body()
                + " for "
                + request.header("host").orElse("");
    }

    /// Scripts begin anew.
    void reset() {
        asks.clear();
    }

    /// A line with names instead of ports.
    String named(String line) {
        String named = line;
        for (int i = 0; i < all.size(); i++) {
            named = named.replace(Integer.toString(all.get(i).port()), "PORT_" + name(i));
        }
        return named.replace(Integer.toString(grpc.port()), "PORT_GRPC")
                .replace(Integer.toString(closedPort), "PORT_X");
    }

    ScriptedUpstream get(int index) {
        return all.get(index);
    }

    /// @param events where EVENTS_PATH is
    String fill(String bootstrap, Path events) {
        String filled =
                bootstrap
                        .replace("PORT_GRPC", Integer.toString(grpc.port()))
                        .replace("EVENTS_PATH", events.toString());
        for (int i = 0; i < all.size(); i++) {
            String place = "PORT_" + (char) ('A' + i);
            filled = filled.replace(place, Integer.toString(all.get(i).port()));
        }
        return filled.replace("PORT_X", Integer.toString(closedPort));
    }

    @Override
    public void close() throws IOException {
        for (ScriptedUpstream upstream : all) {
            upstream.close();
        }
        grpc.close();
    }
}
