package io.meltemi.proxy.overload;

import io.meltemi.proxy.observe.stats.Counter;
import io.meltemi.proxy.observe.stats.StatsStore;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// What one worker is to do about overload now. Confined to its event loop. `HOT`.
public final class WorkerOverload {
    private final int worker;
    private final SplittableRandom random;
    private final double[] states = new double[Lever.values().length];
    private final @Nullable Counter[] used = new Counter[Lever.values().length];
    private final boolean looksAtBytes;

    public WorkerOverload(
            OverloadSettings settings, StatsStore stats, int worker, SplittableRandom random) {
        this.worker = worker;
        this.random = random;
        this.looksAtBytes =
                settings.has(Lever.HTTP1_ABORT_DISPATCH) || settings.has(Lever.HTTP2_GO_AWAY);
        for (Lever lever : settings.levers().keySet()) {
            if (lever.isPoint()) {
                used[lever.slot()] =
                        stats.scope("overload." + lever.envoyName() + '.')
                                .counter("shed_load_count");
            }
        }
    }

    /// Puts other states in force.
    ///
    /// @param fresh by the levers' slots; kept
    public void set(double[] fresh) {
        System.arraycopy(fresh, 0, states, 0, states.length);
    }

    /// How far something is to happen, from 0 to 1.
    public double state(Lever lever) {
        return states[lever.slot()];
    }

    /// Whether it happens this time; a load shed point counts that.
    public boolean draws(Lever lever) {
        double state = states[lever.slot()];
        if (state <= 0 || (state < 1 && random.nextDouble() >= state)) {
            return false;
        }
        Counter count = used[lever.slot()];
        if (count != null) {
            count.increment(worker);
        }
        return true;
    }

    /// Whether anything is decided each time bytes come on an HTTP connection.
    public boolean looksAtBytes() {
        return looksAtBytes;
    }
}
