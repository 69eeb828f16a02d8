package io.meltemi.agent;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.meltemi.agent.intercept.RunFolder;
import io.meltemi.agent.supervise.OutputSink;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A terminal's connection to the node agent. Thread-safe: one command at a time, guarded by this.
///
/// What is added over it ends with it.
public final class NodeClient implements AutoCloseable {
    private static final long ANSWER_SECONDS = 120;

    private final SocketChannel socket;
    private final Writer writer;
    private final OutputSink output;
    private final BlockingQueue<Struct> answers = new LinkedBlockingQueue<>();
    private final ConcurrentHashMap<String, CompletableFuture<Integer>> ends =
            new ConcurrentHashMap<>();

    /// A workload that runs.
    ///
    /// @param ended completes with the application's exit code; -1 when the node agent went away
    public record Attached(String name, String address, CompletableFuture<Integer> ended) {}

    private NodeClient(SocketChannel socket, OutputSink output) {
        this.socket = socket;
        this.writer = Channels.newWriter(socket, StandardCharsets.UTF_8);
        this.output = output;
    }

    /// Connects to the node agent of a run folder.
    ///
    /// @param output gets the lines of the programs that are added over this connection
    /// @throws IOException when no holder lives there
    public static NodeClient connect(RunFolder run, OutputSink output) throws IOException {
        SocketChannel socket;
        try {
            socket = SocketChannel.open(UnixDomainSocketAddress.of(run.controlSocket()));
        } catch (IOException e) {
            throw new IOException("no mesh runs in " + run.path() + ": " + e.getMessage(), e);
        }
        NodeClient client = new NodeClient(socket, output);
        Thread.ofPlatform().daemon().name("node client").start(client::read);
        return client;
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(Channels.newReader(socket, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                received(SidecarJson.read(line));
            }
        } catch (IOException _) {
            // Closed, by either side.
        }
        answers.add(SidecarJson.event("failed", "message", "the node agent went away"));
        ends.values().forEach(end -> end.complete(-1));
    }

    private void received(Struct event) {
        switch (SidecarJson.text(event, "event")) {
            case "output" ->
                    output.line(
                            SidecarJson.text(event, "program"), SidecarJson.text(event, "line"));
            case "error output" ->
                    output.errorLine(
                            SidecarJson.text(event, "program"), SidecarJson.text(event, "line"));
            case "ended" ->
                    end(SidecarJson.text(event, "name"))
                            .complete(Integer.parseInt(SidecarJson.text(event, "code")));
            default -> answers.add(event);
        }
    }

    private CompletableFuture<Integer> end(String name) {
        return ends.computeIfAbsent(name, _ -> new CompletableFuture<>());
    }

    private synchronized Struct ask(Struct request) throws IOException {
        writer.write(SidecarJson.line(request) + "\n");
        writer.flush();
        try {
            Struct answer = answers.poll(ANSWER_SECONDS, TimeUnit.SECONDS);
            if (answer == null) {
                throw new IOException("the node agent said nothing for " + ANSWER_SECONDS + " s");
            }
            if (SidecarJson.text(answer, "event").equals("failed")) {
                throw new IOException(SidecarJson.text(answer, "message"));
            }
            return answer;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static Struct.Builder command(String name) {
        return Struct.newBuilder().putFields("command", SidecarJson.text(name));
    }

    /// Starts a workload; returns when its data plane serves and its application runs.
    ///
    /// @throws IOException with the node agent's reason when it could not be started
    public Attached add(SidecarOptions options) throws IOException {
        Struct answer =
                ask(
                        command("add")
                                .putFields(
                                        "sidecar", SidecarJson.object(SidecarJson.toJson(options)))
                                .build());
        String name = SidecarJson.text(answer, "name");
        return new Attached(name, SidecarJson.text(answer, "address"), end(name).copy());
    }

    /// Ends a workload in order.
    public void remove(String name) throws IOException {
        ask(command("remove").putFields("name", SidecarJson.text(name)).build());
    }

    /// Kills without order, as a crash would.
    ///
    /// @param what `pod`, `sidecar` (where it has a JVM of its own), `application` or
    ///   `control-plane` (whose name does not matter)
    public void kill(String what, String name) throws IOException {
        ask(
                command("kill")
                        .putFields("what", SidecarJson.text(what))
                        .putFields("name", SidecarJson.text(name))
                        .build());
    }

    /// All workloads of the machine.
    public List<NodeAgent.Status> list() throws IOException {
        return SidecarJson.field(ask(command("list").build()), "sidecars")
                .getListValue()
                .getValuesList()
                .stream()
                .map(Value::getStructValue)
                .map(s ->
                        new NodeAgent.Status(
                                SidecarJson.text(s, "name"),
                                SidecarJson.text(s, "namespace"),
                                SidecarJson.text(s, "address"),
                                SidecarJson.text(s, "state")))
                .toList();
    }

    /// Where a workload's proxy listens for calls from outside: the ports of a gateway.
    public List<Integer> ports(String name) throws IOException {
        return SidecarJson.field(
                        ask(command("ports").putFields("name", SidecarJson.text(name)).build()),
                        "ports")
                .getListValue()
                .getValuesList()
                .stream()
                .map(v -> (int) v.getNumberValue())
                .toList();
    }

    /// Leads the connections of one listening socket of the host to a port of a workload, until
    /// this client is closed.
    ///
    /// @param offer where [io.meltemi.agent.intercept.HostSockets] offers it, in the run folder
    public void expose(String offer, String name, int port) throws IOException {
        ask(
                command("expose")
                        .putFields("offer", SidecarJson.text(offer))
                        .putFields("name", SidecarJson.text(name))
                        .putFields("port", Value.newBuilder().setNumberValue(port).build())
                        .build());
    }

    /// Ends the holder and everything in it.
    public void stop() throws IOException {
        ask(command("stop").build());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
