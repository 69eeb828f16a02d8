package io.meltemi.testkit;

import io.meltemi.fixtures.http.Message;
import io.meltemi.fixtures.http.PlainClient;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Asks the admin port that Envoy and our proxy share. Thread-safe: one connection per question.
public final class AdminClient {
    /// The head of a bootstrap that opens an admin port.
    public static final String ON_A_FREE_PORT =
            """
            admin:
              address: {socket_address: {address: 127.0.0.1, port_value: 0}}
            """;

    private final int port;

    public AdminClient(int port) {
        this.port = port;
    }

    public int port() {
        return port;
    }

    /// The body of a page.
    ///
    /// @throws IOException when it does not answer with 200
    public String get(String path) throws IOException {
        Message page = PlainClient.get(port, path);
        if (page.status() != 200) {
            throw new IOException(path + " answered " + page.startLine() + ": " + page.body());
        }
        return page.body();
    }

    /// Whether everything the proxy waits for at its start is there.
    public boolean isReady() throws IOException {
        return PlainClient.get(port, "/ready").status() == 200;
    }

    /// The port that a listener took.
    ///
    /// @throws IOException when there is no such listener
    public int listenerPort(String listener) throws IOException {
        String listeners = get("/listeners");
        Pattern line = Pattern.compile("(?m)^" + Pattern.quote(listener) + "::.*:(\\d+)$");
        Matcher found = line.matcher(listeners);
        if (!found.find()) {
            throw new IOException("no listener '" + listener + "' among:\n" + listeners);
        }
        return Integer.parseInt(found.group(1));
    }

    /// The lines of `/stats` in whose names this is found, sorted.
    public List<String> stats(Pattern names) throws IOException {
        return get("/stats")
                .lines()
                .filter(line -> names.matcher(line.substring(0, line.indexOf(':'))).find())
                .sorted()
                .toList();
    }

    /// A counter or gauge; zero when it was never used.
    public long stat(String name) throws IOException {
        String stats = get("/stats?filter=^" + name.replace(".", "%5C.") + "$");
        Matcher found = Pattern.compile(": (\\d+)").matcher(stats);
        return found.find() ? Long.parseLong(found.group(1)) : 0;
    }
}
