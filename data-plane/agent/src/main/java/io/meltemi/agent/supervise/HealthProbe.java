package io.meltemi.agent.supervise;

import io.meltemi.base.health.HealthVerdict;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Asks an application again and again whether it is well, and tells when the verdict changes.
/// Confined to the pod's event loop, but for its verdict.
public final class HealthProbe implements AutoCloseable {
    private final EventLoop loop;
    private final HealthCheck check;
    private final Consumer<HealthVerdict.Status> changed;
    private volatile HealthVerdict verdict = HealthVerdict.UNKNOWN;
    private volatile boolean closed;
    private boolean wasWell; // Confined to the loop: whether this run has answered yet.
    private int life; // Confined to the loop: which run of the application is asked.

    private HealthProbe(EventLoop loop, HealthCheck check, Consumer<HealthVerdict.Status> changed) {
        this.loop = loop;
        this.check = check;
        this.changed = changed;
    }

    /// Asks until closed.
    ///
    /// @param loop whose thread is in the pod
    /// @param changed told each new verdict, on the loop: it must not wait
    public static HealthProbe start(
            EventLoop loop, HealthCheck check, Consumer<HealthVerdict.Status> changed) {
        HealthProbe probe = new HealthProbe(loop, check, changed);
        loop.execute(probe::ask);
        return probe;
    }

    /// What is held of the application now.
    public HealthVerdict.Status status() {
        return verdict.status();
    }

    /// Asks once, beside the series: for probes from outside.
    public CompletableFuture<Boolean> askNow() {
        return Ping.ask(loop, check.question(), check.timeout());
    }

    /// The application has ended: it is unwell until it answers again, however soon another run of
    /// it does, and what the former run still answers counts no more.
    public void applicationEnded() {
        if (!loop.isShuttingDown()) {
            loop.execute(() -> {
                life++;
                wasWell = false;
                become(new HealthVerdict(HealthVerdict.Status.UNHEALTHY, 0));
            });
        }
    }

    private void ask() {
        if (!closed) {
            int asked = life;
            var _ = askNow().thenAccept(well -> answered(asked, well));
        }
    }

    private void become(HealthVerdict next) {
        HealthVerdict.Status before = verdict.status();
        verdict = next;
        if (next.status() != before) {
            changed.accept(next.status());
        }
    }

    private void answered(int asked, boolean well) {
        if (closed || loop.isShuttingDown()) {
            return;
        }
        if (asked == life) {
            become(verdict.after(well, check.threshold()));
            wasWell |= well;
        }
        Duration pause = wasWell ? check.interval() : check.startInterval();
        var _ = loop.schedule(this::ask, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        closed = true;
    }
}
