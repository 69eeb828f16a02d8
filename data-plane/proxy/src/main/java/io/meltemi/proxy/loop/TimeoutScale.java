package io.meltemi.proxy.loop;

import java.util.Map;

/// How much shorter than configured the timeouts of one worker are while the proxy is overloaded
/// (`reduce_timeouts`). Confined to its event loop. `HOT`.
public final class TimeoutScale {
    private final Minimums minimums;

    /// 1 for as configured, 0 for as short as may be.
    private double factor = 1;

    public TimeoutScale(Minimums minimums) {
        this.minimums = minimums;
    }

    /// Envoy's kinds of timeouts that can be shortened.
    public enum Kind {
        CONNECTION_IDLE,
        STREAM_IDLE,
        HANDSHAKE,
        CONNECTION_MAX
    }

    /// How short a timeout may become: to a time, or to a share of what is configured. Immutable.
    ///
    /// @param nanos counts when the share is negative
    public record Minimum(long nanos, double share) {
        long of(long configured) {
            return Math.min(configured, share < 0 ? nanos : (long) (configured * share));
        }
    }

    /// Kinds that are not named are never shortened. Immutable.
    public record Minimums(Map<Kind, Minimum> byKind) {
        public static final Minimums NONE = new Minimums(Map.of());

        public Minimums {
            byKind = Map.copyOf(byKind);
        }
    }

    /// How long a timeout is now.
    ///
    /// @param configured nanoseconds; 0, which is never, stays so
    public long nanos(Kind kind, long configured) {
        return nanos(kind, configured, factor);
    }

    private long nanos(Kind kind, long configured, double at) {
        if (at == 1 || configured <= 0) {
            return configured;
        }
        Minimum minimum = minimums.byKind().get(kind);
        if (minimum == null) {
            return configured;
        }
        long least = minimum.of(configured);
        return least + (long) ((configured - least) * at);
    }

    /// Shortens or lengthens timeouts, those included that run.
    ///
    /// @param state 0 for as configured, 1 for as short as may be
    public void set(double state, TimerQueue running) {
        double old = factor;
        factor = 1 - state;
        if (old != factor) {
            running.move(timer -> change(timer, old));
        }
    }

    private long change(Timer timer, double old) {
        if (!(timer.owner instanceof Scalable owner)) {
            return 0;
        }
        Kind kind = owner.kind(timer);
        if (kind == null) {
            return 0;
        }
        long configured = owner.configuredNanos(timer);
        return nanos(kind, configured) - nanos(kind, configured, old);
    }
}
