package io.meltemi.testkit.differential;

import static io.meltemi.testkit.differential.CaseReader.list;
import static io.meltemi.testkit.differential.CaseReader.map;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// An HTTP/2 server without TLS that answers by script and remembers what it was asked.
/// Thread-safe.
///
/// ```yaml
/// http2_upstream:
/// - [{status: 200, more: ["x-a: b"]}, {data: abc}, {trailers: ["x-sum: 3"]}]
/// - [now, {status: 200}, echo]     # without waiting for the end of the request
/// - [{reset: 7}]                   # also `{goaway: 0}`, `silence`, `close`
/// http2_upstream_settings: {3: 1}
/// ```
///
/// Requests get the lists in the order they come; then 200 and nothing.
final class Http2Upstream implements AutoCloseable {
    private final ServerSocket listener;
    private final Map<Integer, Integer> settings;
    private final List<List<Object>> script;

    /// Guarded by this: one for each request.
    private final List<Http2Messages> seen = new ArrayList<>();

    /// Guarded by this.
    private final Set<Socket> open = new HashSet<>();

    private Http2Upstream(
            ServerSocket listener, List<List<Object>> script, Map<Integer, Integer> settings) {
        this.listener = listener;
        this.script = script;
        this.settings = settings;
    }

    static Http2Upstream start(List<List<Object>> script, Map<Integer, Integer> settings)
            throws IOException {
        ServerSocket listener = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
        Http2Upstream upstream = new Http2Upstream(listener, script, settings);
        Thread.ofVirtual().name("http2-upstream").start(upstream::accept);
        return upstream;
    }

    int port() {
        return listener.getLocalPort();
    }

    /// What each request was, in the order they came.
    synchronized List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < seen.size(); i++) {
            seen.get(i).tell("http2 " + (i + 1), false, lines::add);
        }
        return lines;
    }

    synchronized boolean allOver() {
        return seen.stream().allMatch(Http2Messages::allOver);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                synchronized (this) {
                    open.add(socket);
                }
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException _) {
                // Closed: the loop ends.
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            Http2Wire wire = new Http2Wire(socket.getInputStream(), socket.getOutputStream());
            wire.readPreface();
            wire.settings(settings);
            new Connection(wire).run();
        } catch (IOException _) {
            // The proxy went away: what it did is seen on its other side.
        }
    }

    private synchronized int begin(Http2Messages messages) {
        seen.add(messages);
        return seen.size() - 1;
    }

    /// One connection of the proxy's. Confined to its thread, but for what the requests were.
    private final class Connection {
        private final Http2Wire wire;
        private final Map<Integer, Http2Messages> streams = new java.util.HashMap<>();
        private final Map<Integer, List<Object>> replies = new java.util.HashMap<>();
        private final Set<Integer> echoes = new HashSet<>();

        Connection(Http2Wire wire) {
            this.wire = wire;
        }

        void run() throws IOException {
            for (Optional<Http2Wire.Frame> next = wire.read();
                    next.isPresent();
                    next = wire.read()) {
                Http2Wire.Frame frame = next.get();
                switch (frame.type()) {
                    case Http2Wire.HEADERS, Http2Wire.DATA, Http2Wire.RST_STREAM -> {
                        if (!message(frame)) {
                            return;
                        }
                    }
                    case Http2Wire.SETTINGS -> {
                        if (!frame.has(Http2Wire.ACK)) {
                            wire.write(Http2Wire.SETTINGS, Http2Wire.ACK, 0, new byte[0]);
                        }
                    }
                    case Http2Wire.PING -> {
                        if (!frame.has(Http2Wire.ACK)) {
                            wire.write(Http2Wire.PING, Http2Wire.ACK, 0, frame.payload());
                        }
                    }
                    default -> {}
                }
            }
        }

        /// False when the connection is to be closed.
        private boolean message(Http2Wire.Frame frame) throws IOException {
            int stream = frame.stream();
            Http2Messages messages = streams.get(stream);
            boolean begins = messages == null;
            if (messages == null) {
                messages = new Http2Messages();
                streams.put(stream, messages);
                int number = begin(messages);
                replies.put(
                        stream,
                        number < script.size()
                                ? script.get(number)
                                : List.of(Map.of("status", 200, "end", true)));
            }
            synchronized (Http2Upstream.this) {
                messages.take(wire, frame);
            }
            boolean ends = frame.type() != Http2Wire.RST_STREAM && frame.has(Http2Wire.END_STREAM);
            if (echoes.contains(stream) && frame.type() == Http2Wire.DATA) {
                wire.write(
                        Http2Wire.DATA, ends ? Http2Wire.END_STREAM : 0, stream, frame.payload());
            }
            List<Object> reply = replies.getOrDefault(stream, List.of());
            boolean now = !reply.isEmpty() && "now".equals(reply.getFirst());
            return !(now ? begins : ends) || play(stream, reply);
        }

        private boolean play(int stream, List<Object> reply) throws IOException {
            for (Object each : reply) {
                if (each instanceof String word) {
                    switch (word) {
                        case "echo" -> echoes.add(stream);
                        case "close" -> {
                            return false;
                        }
                        default -> {}
                    }
                } else {
                    send(stream, map(each));
                }
            }
            return true;
        }

        private void send(int stream, Map<String, Object> step) throws IOException {
            boolean end = Boolean.TRUE.equals(step.get("end"));
            List<String> more =
                    list(step.getOrDefault("more", List.of())).stream()
                            .map(Object::toString)
                            .toList();
            if (step.get("status") instanceof Integer status) {
                List<String> fields = new ArrayList<>();
                fields.add(":status: " + status);
                fields.addAll(more);
                wire.headers(stream, fields, end);
            } else if (step.containsKey("headers")) {
                wire.headers(
                        stream,
                        list(step.get("headers")).stream().map(Object::toString).toList(),
                        end);
            } else if (step.containsKey("data")) {
                wire.data(stream, step.get("data").toString(), end);
            } else if (step.containsKey("trailers")) {
                wire.headers(
                        stream,
                        list(step.get("trailers")).stream().map(Object::toString).toList(),
                        true);
            } else if (step.get("reset") instanceof Integer code) {
                wire.writeNumber(Http2Wire.RST_STREAM, stream, code);
                Http2Messages messages = streams.get(stream);
                if (messages != null) {
                    synchronized (Http2Upstream.this) {
                        messages.end(stream);
                    }
                }
            } else if (step.get("goaway") instanceof Integer code) {
                wire.goAway((Integer) step.getOrDefault("last", stream), code);
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        synchronized (this) {
            for (Socket each : open) {
                each.close();
            }
        }
    }
}
