package io.meltemi.agent.bootstrap;

import io.meltemi.agent.intercept.Pod;
import io.meltemi.agent.supervise.HealthCheck;
import io.meltemi.agent.supervise.HealthProbe;
import io.meltemi.agent.supervise.Launch;
import io.meltemi.agent.supervise.OutputSink;
import io.meltemi.agent.supervise.PodCommand;
import io.meltemi.agent.supervise.RestartPolicy;
import io.meltemi.agent.supervise.SupervisedProcess;
import io.meltemi.base.health.HealthThreshold;
import io.meltemi.base.health.HealthVerdict;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// A real Envoy in a pod, under supervision. Thread-safe.
public final class EnvoyProxyProcess implements DataPlane {
    private final SupervisedProcess process;
    private final HealthProbe readiness;
    private final CompletableFuture<Void> ready;

    private EnvoyProxyProcess(
            SupervisedProcess process, HealthProbe readiness, CompletableFuture<Void> ready) {
        this.process = process;
        this.readiness = readiness;
        this.ready = ready;
    }

    /// Starts it; it speaks xDS and SDS to the agent's socket in the pod alone.
    ///
    /// @param envoy the program
    /// @param loop whose thread is in the pod
    public static EnvoyProxyProcess start(
            Path envoy, Pod pod, SidecarBootstrap bootstrap, EventLoop loop, OutputSink sink)
            throws IOException {
        Path file = pod.files().resolve("envoy.pb");
        Files.write(file, bootstrap.render().toByteArray());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        CompletableFuture<Void> ready = new CompletableFuture<>();
        // Two workers or a shared-memory region of another Envoy would be of no use in a pod.
        List<String> command =
                List.of(
                        envoy.toString(),
                        "-c",
                        file.toString(),
                        "--disable-hot-restart",
                        "--concurrency",
                        "1",
                        "--log-level",
                        "warning",
                        // As Istio's agent starts it, and as our own proxy drains: connections of
                        // a filter chain that goes are told to go with their next response.
                        "--drain-time-s",
                        "45",
                        "--drain-strategy",
                        "immediate");
        SupervisedProcess process =
                SupervisedProcess.start(
                        new Launch(
                                pod.name() + " envoy",
                                new PodCommand(pod, Path.of("/nonexistent"), 0, 0).sidecar(command),
                                Map.of(),
                                Path.of("/"),
                                false),
                        new RestartPolicy.Never(),
                        sink,
                        code ->
                                ready.completeExceptionally(
                                        new IOException("envoy ended with " + code)));
        HealthCheck check =
                new HealthCheck(
                        new HealthCheck.Question.Http(bootstrap.ports().admin(), "/ready"),
                        Duration.ofMillis(50),
                        Duration.ofMillis(50),
                        Duration.ofSeconds(1),
                        new HealthThreshold(1, 1));
        HealthProbe readiness =
                HealthProbe.start(
                        loop,
                        check,
                        status -> {
                            if (status == HealthVerdict.Status.HEALTHY) {
                                ready.complete(null);
                            }
                        });
        return new EnvoyProxyProcess(process, readiness, ready);
    }

    @Override
    public CompletableFuture<Void> ready() {
        return ready.copy();
    }

    @Override
    public boolean isReady() {
        return process.isAlive() && readiness.status() == HealthVerdict.Status.HEALTHY;
    }

    @Override
    public CompletableFuture<Void> ended() {
        return process.ended().thenApply(_ -> null);
    }

    /// Envoy's own way out at SIGTERM: it closes its listeners and ends.
    @Override
    public void drain(Duration limit) {
        process.stop(limit);
        readiness.close();
    }

    @Override
    public void close() {
        process.kill();
        process.ended().join();
        readiness.close();
    }
}
