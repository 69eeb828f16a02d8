package io.meltemi.agent;

import io.meltemi.agent.supervise.Launch;
import io.meltemi.agent.supervise.LaunchInput;
import io.meltemi.agent.supervise.OutputSink;
import io.meltemi.agent.supervise.RestartPolicy;
import io.meltemi.agent.supervise.SupervisedProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The grip on a sidecar in a JVM of its own. Thread-safe.
///
/// A sidecar that dies takes its application along, since the application must not talk past it;
/// both are started again in the same pod, with the address callers know, after a pause that grows,
/// unless the application is not to be run again (docs/adr/0004). A sidecar that ends in order says
/// its application's exit code, ends with 0 and stays ended.
final class OwnSidecarProcess implements RunningSidecar {
    /// The C library gives each thread a heap of its own otherwise, and none of them shrinks; large
    /// blocks, what compiling takes among them, are given back at once.
    private static final Map<String, String> ENVIRONMENT =
            Map.of(
                    "MALLOC_ARENA_MAX",
                    "2",
                    "MALLOC_MMAP_THRESHOLD_",
                    "32768",
                    "MALLOC_TRIM_THRESHOLD_",
                    "65536");

    private static final Duration GRACE = Duration.ofSeconds(8);

    /// What a peer still sends to a connection that has ended is answered by the pod's kernel, and
    /// by nobody once the pod is gone: a control plane would hold the streams until its next
    /// keep-alive.
    private static final Duration LAST_PACKETS = Duration.ofMillis(500);

    /// Beside other JVMs that start, a first call may take too long; three times in a row it means
    /// something else.
    private static final int STARTS_LIMIT = 3;

    /// What util-linux says, of itself, when the program below it was killed.
    private static final String UNSHARE = "unshare: sigprocmask unblock failed: Invalid argument";

    /// The last line may arrive after the process has ended.
    private static final long LAST_LINE_SECONDS = 2;

    private final CompletableFuture<Void> firstReady = new CompletableFuture<>();
    private final CompletableFuture<Integer> said = new CompletableFuture<>();
    private final String name;
    private final RestartPolicy policy;
    private final OutputSink sink;
    private final SupervisedProcess process;
    private volatile String state = "starting";
    private volatile String reason = "";
    private volatile boolean over;
    private int failedStarts; // Confined to the program's own thread.

    private OwnSidecarProcess(
            List<String> command,
            LaunchInput input,
            String name,
            RestartPolicy policy,
            OutputSink sink)
            throws IOException {
        this.name = name;
        this.policy = policy;
        this.sink = sink;
        this.process =
                SupervisedProcess.start(
                        new Launch(name, command, ENVIRONMENT, Path.of("/"), true, input),
                        policy,
                        this::line,
                        this::exited);
    }

    /// Starts it and waits until it serves and its application runs.
    ///
    /// @throws IOException when it ends before, or takes longer than the limit; nothing is left
    ///   then
    static OwnSidecarProcess start(
            List<String> command,
            LaunchInput input,
            String name,
            RestartPolicy policy,
            Duration limit,
            OutputSink sink)
            throws IOException {
        OwnSidecarProcess sidecar = new OwnSidecarProcess(command, input, name, policy, sink);
        try {
            sidecar.firstReady.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            return sidecar;
        } catch (ExecutionException e) {
            sidecar.kill();
            throw new IOException("the sidecar of " + name + ": " + reason(e), e);
        } catch (TimeoutException e) {
            sidecar.kill();
            throw new IOException(
                    "the sidecar of %s is not ready after %d s".formatted(name, limit.toSeconds()),
                    e);
        } catch (InterruptedException e) {
            sidecar.kill();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static String reason(ExecutionException e) {
        return e.getCause() instanceof IOException failed
                ? String.valueOf(failed.getMessage())
                : e.toString();
    }

    private void line(String program, String line) {
        if (line.startsWith(OwnSidecar.APPLICATION)) {
            sink.line(program, line.substring(OwnSidecar.APPLICATION.length()));
        } else if (line.equals(OwnSidecar.READY)) {
            state = "ready";
            firstReady.complete(null);
        } else if (line.startsWith(OwnSidecar.ENDED)) {
            said.complete(Integer.parseInt(line.substring(OwnSidecar.ENDED.length())));
        } else if (!line.equals(UNSHARE)) {
            if (line.startsWith(OwnSidecar.FAILED)) {
                reason = ": " + line.substring(OwnSidecar.FAILED.length());
            }
            sink.line(program, line);
        }
    }

    private void exited(int code) {
        boolean again = code != 0 && !over && policy instanceof RestartPolicy.OnFailure;
        state = again ? "starting again" : "ended";
        String what = "its JVM died" + reason;
        reason = "";
        if (!firstReady.isDone() && (!again || ++failedStarts == STARTS_LIMIT)) {
            firstReady.completeExceptionally(new IOException(what));
        } else if (again) {
            sink.line(name, what + "; starting it again");
        }
    }

    @Override
    public CompletableFuture<Integer> ended() {
        return process.ended()
                .thenCompose(code ->
                        code == 0
                                ? said.copy()
                                        .completeOnTimeout(0, LAST_LINE_SECONDS, TimeUnit.SECONDS)
                                : CompletableFuture.completedFuture(code));
    }

    @Override
    public String state() {
        return state;
    }

    @Override
    public void kill() {
        over = true;
        process.killForGood();
    }

    @Override
    public void killSidecar() {
        process.killProgram();
    }

    /// The application is the child of the sidecar's JVM.
    @Override
    public void killApplication() {
        process.killChildren();
    }

    /// Its pod may be taken away after it.
    @Override
    public void close() {
        over = true;
        process.stop(GRACE);
        try {
            Thread.sleep(LAST_PACKETS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
