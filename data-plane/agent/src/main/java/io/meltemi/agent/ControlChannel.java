package io.meltemi.agent;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.meltemi.agent.supervise.OutputSink;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The node agent's door: JSON lines on a Unix socket in the run folder. Thread-safe: a virtual
/// thread per connection.
///
/// A connection is the lifeline of what was added over it: when it ends, those workloads end.
public final class ControlChannel implements AutoCloseable {
    private static final int CONNECTIONS_LIMIT = 256;
    private static final int LINE_LIMIT = 1 << 20;
    private static final Logger LOG = LoggerFactory.getLogger(ControlChannel.class);

    private final Path path;
    private final ServerSocketChannel server;
    private final NodeAgent agent;
    private final NodeProcesses processes;
    private final Semaphore connections = new Semaphore(CONNECTIONS_LIMIT);

    /// What else can be asked of the node, besides sidecars.
    public interface NodeProcesses {
        /// Kills the control plane's process; supervision starts it again.
        void killControlPlane();

        /// Takes a listening socket of the host and leads its connections to a port of a workload.
        ///
        /// @param offer the socket in the run folder where the client gives it away
        /// @return ends it
        AutoCloseable expose(String offer, String name, int port) throws IOException;

        /// The last client has gone.
        void lastClientLeft();

        /// Somebody asked the whole node to end.
        void stop();
    }

    private ControlChannel(
            Path path, ServerSocketChannel server, NodeAgent agent, NodeProcesses processes) {
        this.path = path;
        this.server = server;
        this.agent = agent;
        this.processes = processes;
    }

    /// Listens; only the owner may connect.
    public static ControlChannel open(Path path, NodeAgent agent, NodeProcesses processes)
            throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        ControlChannel channel = new ControlChannel(path, server, agent, processes);
        Thread.ofPlatform().name("control channel").start(channel::accept);
        return channel;
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                if (!connections.tryAcquire()) {
                    client.close();
                    continue;
                }
                Thread.ofVirtual().name("control").start(() -> serve(client));
            } catch (IOException e) {
                LOG.debug("control channel: {}", e.getMessage());
            }
        }
    }

    private void serve(SocketChannel client) {
        List<String> added = new ArrayList<>();
        Teardown exposed = new Teardown();
        try (client;
                BufferedReader lines =
                        new BufferedReader(Channels.newReader(client, StandardCharsets.UTF_8));
                Writer writer = Channels.newWriter(client, StandardCharsets.UTF_8)) {
            Consumer<Struct> answers = event -> write(writer, event);
            StringBuilder line = new StringBuilder();
            for (int c = lines.read(); c >= 0; c = lines.read()) {
                if (c != '\n') {
                    if (line.length() == LINE_LIMIT) {
                        return;
                    }
                    line.append((char) c);
                    continue;
                }
                handle(line.toString(), added, exposed, answers);
                line.setLength(0);
            }
        } catch (IOException e) {
            LOG.debug("control connection: {}", e.getMessage());
        } finally {
            exposed.close();
            added.forEach(agent::remove);
            connections.release();
            if (connections.availablePermits() == CONNECTIONS_LIMIT) {
                processes.lastClientLeft();
            }
        }
    }

    /// Two threads may have something to say: answers here, output of applications elsewhere.
    private static void write(Writer writer, Struct event) {
        synchronized (writer) {
            try {
                writer.write(SidecarJson.line(event) + "\n");
                writer.flush();
            } catch (IOException _) {
                // The client is gone; reading finds out.
            }
        }
    }

    private void handle(
            String line, List<String> added, Teardown exposed, Consumer<Struct> answers) {
        try {
            Struct request = SidecarJson.read(line);
            String name = SidecarJson.text(request, "name");
            switch (SidecarJson.text(request, "command")) {
                case "add" -> added.add(add(request, answers));
                case "remove" -> {
                    agent.remove(name);
                    answers.accept(SidecarJson.event("done"));
                }
                case "kill" -> {
                    kill(SidecarJson.text(request, "what"), name);
                    answers.accept(SidecarJson.event("done"));
                }
                case "list" -> answers.accept(list());
                case "ports" -> answers.accept(ports(agent.listening(name)));
                case "expose" -> {
                    exposed.add(
                            processes.expose(
                                    SidecarJson.text(request, "offer"),
                                    name,
                                    (int) SidecarJson.field(request, "port").getNumberValue()));
                    answers.accept(SidecarJson.event("done"));
                }
                case "stop" -> {
                    answers.accept(SidecarJson.event("done"));
                    processes.stop();
                }
                default ->
                        throw new IllegalArgumentException(
                                "unknown command in "
                                        + line
                                        + ": add, remove, kill, list, ports,"
                                        + " expose, stop");
            }
        } catch (IOException | IllegalArgumentException e) {
            answers.accept(SidecarJson.event("failed", "message", String.valueOf(e.getMessage())));
        }
    }

    private String add(Struct request, Consumer<Struct> answers) throws IOException {
        SidecarOptions options =
                SidecarJson.fromJson(SidecarJson.field(request, "sidecar").getStructValue());
        OutputSink output = new Lines(answers);
        String name = agent.add(options, output);
        NodeAgent.Status status =
                agent.list().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
        answers.accept(SidecarJson.event("ready", "name", name, "address", status.address()));
        var _ =
                agent.sidecar(name)
                        .ended()
                        .thenAccept(code ->
                                answers.accept(
                                        SidecarJson.event(
                                                "ended",
                                                "name",
                                                name,
                                                "code",
                                                Integer.toString(code))));
        return name;
    }

    /// Tells a client what its programs print.
    private record Lines(Consumer<Struct> answers) implements OutputSink {
        @Override
        public void line(String program, String text) {
            tell("output", program, text);
        }

        @Override
        public void errorLine(String program, String text) {
            tell("error output", program, text);
        }

        private void tell(String event, String program, String text) {
            answers.accept(SidecarJson.event(event, "program", program, "line", text));
        }
    }

    private void kill(String what, String name) {
        switch (what) {
            case "pod" -> agent.kill(name);
            case "sidecar" -> agent.killSidecar(name);
            case "application" -> agent.killApplication(name);
            case "control-plane" -> processes.killControlPlane();
            default ->
                    throw new IllegalArgumentException(
                            "cannot kill '"
                                    + what
                                    + "': pod, sidecar, application or control-plane");
        }
    }

    private static Struct ports(List<Integer> ports) {
        ListValue.Builder all = ListValue.newBuilder();
        ports.forEach(port -> all.addValues(Value.newBuilder().setNumberValue(port)));
        return SidecarJson.event("ports").toBuilder()
                .putFields("ports", Value.newBuilder().setListValue(all).build())
                .build();
    }

    private Struct list() {
        ListValue.Builder all = ListValue.newBuilder();
        for (NodeAgent.Status status : agent.list()) {
            all.addValues(
                    SidecarJson.object(
                            SidecarJson.event(
                                    "sidecar",
                                    "name",
                                    status.name(),
                                    "namespace",
                                    status.namespace(),
                                    "address",
                                    status.address(),
                                    "state",
                                    status.state())));
        }
        return SidecarJson.event("sidecars").toBuilder()
                .putFields("sidecars", Value.newBuilder().setListValue(all).build())
                .build();
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(path);
    }
}
