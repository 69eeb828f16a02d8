package io.meltemi.agent;

import com.google.protobuf.Struct;
import io.meltemi.agent.identity.JoinGrant;
import io.meltemi.agent.identity.Pem;
import io.meltemi.agent.intercept.Pod;
import io.meltemi.agent.supervise.Launch;
import io.meltemi.agent.supervise.OutputSink;
import io.meltemi.agent.supervise.PodCommand;
import io.meltemi.agent.supervise.RestartPolicy;
import io.meltemi.agent.supervise.SupervisedProcess;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Starts each sidecar in a JVM of its own inside the pod: keys and crashes of one workload are no
/// other's. Immutable.
record OwnSidecarStarter(NodeSettings settings) implements SidecarStarter {
    @Override
    public RunningSidecar start(
            Workload workload, Pod pod, JoinGrant grant, Mesh mesh, OutputSink sink)
            throws IOException {
        CompletableFuture<Void> ready = new CompletableFuture<>();
        OutputSink lines =
                (program, line) -> {
                    if (line.equals(OwnSidecar.READY)) {
                        ready.complete(null);
                    } else {
                        sink.line(program, line);
                    }
                };
        SupervisedProcess process =
                SupervisedProcess.start(
                        new Launch(
                                pod.name(),
                                new PodCommand(pod, mesh.hidden(), mesh.uid(), mesh.gid())
                                        .sidecar(java()),
                                Map.of(),
                                Path.of("/"),
                                false,
                                SidecarJson.line(input(workload, pod, grant))),
                        new RestartPolicy.Never(),
                        lines,
                        code ->
                                ready.completeExceptionally(
                                        new IOException("the sidecar's JVM ended with " + code)));
        await(ready, process, mesh.readyLimit());
        return new InOwnJvm(process);
    }

    private static void await(
            CompletableFuture<Void> ready, SupervisedProcess process, Duration limit)
            throws IOException {
        try {
            ready.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            process.kill();
            throw new IOException("a sidecar of its own: " + e, e);
        } catch (InterruptedException e) {
            process.kill();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// This JVM's own options and class path, with a main of its own.
    private List<String> java() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), OwnSidecar.class.getName()));
        command.addAll(settings.withControlPlaneCommand(List.of()).arguments());
        return command;
    }

    /// Goes over standard input: neither a command line nor an environment, which others can read.
    private static Struct input(Workload workload, Pod pod, JoinGrant grant) {
        return Struct.newBuilder()
                .putFields("name", SidecarJson.text(workload.name()))
                .putFields("address", SidecarJson.text(pod.address().getHostAddress()))
                .putFields("link", SidecarJson.text(pod.link()))
                .putFields("files", SidecarJson.text(pod.files().toString()))
                .putFields("netns", SidecarJson.text(pod.netns().path().toString()))
                .putFields("token", SidecarJson.text(grant.token()))
                .putFields("roots", SidecarJson.text(Pem.certificates(grant.roots())))
                .putFields("sidecar", SidecarJson.object(SidecarJson.toJson(workload.options())))
                .build();
    }

    /// The grip on the other JVM. Its lifeline is its standard input.
    private record InOwnJvm(SupervisedProcess process) implements RunningSidecar {
        private static final Duration GRACE = Duration.ofSeconds(8);

        @Override
        public CompletableFuture<Integer> ended() {
            return process.ended();
        }

        @Override
        public String state() {
            return process.isAlive() ? "ready" : "ended";
        }

        @Override
        public void kill() {
            process.kill();
        }

        /// The application is the child of the sidecar's JVM.
        @Override
        public void killApplication() {
            process.killChildren();
        }

        @Override
        public void close() {
            process.stop(GRACE);
        }
    }
}
