package io.meltemi.proxy;

import io.meltemi.base.time.Ticker;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Names that are asked for because requests need them, and who waits for the answers. Thread-safe:
/// what is not said to be for any thread is confined to the configuration thread.
///
/// Clients choose the names, so that everything has an end: requests that wait, names that are
/// held, how long one waits, how long one remembers that there is no such thing. Envoy knows none
/// of these limits.
final class OnDemandNames {
    /// Requests that wait at once.
    static final int MOST_WAITING = 1_000;

    /// Names asked for, answered or not; and as many more that are known not to be there.
    static final int MOST_HELD = 10_000;

    /// For a virtual host. Envoy waits until the stream is idle for too long.
    static final long MOST_WAIT_NANOS = 1_000_000_000L;

    static final long ABSENCE_NANOS = 5_000_000_000L;

    /// What nobody used for so long is given back.
    static final long IDLE_NANOS = 600_000_000_000L;

    private static final long SWEEP_NANOS = IDLE_NANOS / 10;

    /// Asks for a name, or no longer.
    interface Wire {
        void subscribe(String name);

        void unsubscribe(String name);
    }

    /// When something was last used. Thread-safe.
    static final class Use {
        private volatile long nanos;

        /// From any thread.
        void at(long now) {
            nanos = now;
        }
    }

    private static final class Waiter {
        private final Executor loop;
        private final Runnable answered;
        private @Nullable Future<?> timeout;

        Waiter(Executor loop, Runnable answered) {
            this.loop = loop;
            this.answered = answered;
        }
    }

    /// A name that is asked for.
    private static final class Held {
        private List<Waiter> waiting = new ArrayList<>();
        private boolean isThere;
        private long askedNanos;
        private Use use = new Use();

        long idleNanos(long now) {
            long sinceAsked = now - askedNanos;
            return isThere ? Math.min(sinceAsked, now - use.nanos) : sinceAsked;
        }
    }

    private final Wire wire;
    private final ScheduledExecutorService configurationThread;
    private final Ticker ticker;
    private final Map<String, Held> held = new LinkedHashMap<>();
    private boolean sweeps;

    /// Changed by any thread.
    private final AtomicInteger waiting = new AtomicInteger();

    /// Read by any thread: until when these are known not to be there.
    private final Map<String, Long> absent = new ConcurrentHashMap<>();

    OnDemandNames(Wire wire, ScheduledExecutorService configurationThread, Ticker ticker) {
        this.wire = wire;
        this.configurationThread = configurationThread;
        this.ticker = ticker;
    }

    /// From any thread.
    ///
    /// @param mostNanos how long to wait
    /// @param loop where `answered` is run, once
    /// @return false when there is nothing to wait for
    boolean ask(String name, long mostNanos, Executor loop, Runnable answered) {
        Long until = absent.get(name);
        if (until != null && ticker.nanos() - until < 0) {
            return false;
        }
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            return false;
        }
        Waiter waiter = new Waiter(loop, answered);
        try {
            configurationThread.execute(() -> await(name, mostNanos, waiter));
            return true;
        } catch (RejectedExecutionException _) {
            // The proxy is gone.
            waiting.decrementAndGet();
            return false;
        }
    }

    private void await(String name, long mostNanos, Waiter waiter) {
        Held known = held.get(name);
        boolean isNew = known == null;
        if (known == null) {
            makeRoom();
            known = new Held();
            held.put(name, known);
        }
        known.askedNanos = ticker.nanos();
        if (known.isThere) {
            wake(List.of(waiter));
            return;
        }
        known.waiting.add(waiter);
        Held awaited = known;
        waiter.timeout =
                configurationThread.schedule(
                        () -> giveUp(awaited, waiter), mostNanos, TimeUnit.NANOSECONDS);
        if (isNew) {
            wire.subscribe(name);
            sweepLater();
        }
    }

    /// Gives up the name that was not used for longest when there are too many.
    private void makeRoom() {
        if (held.size() < MOST_HELD) {
            return;
        }
        String oldest = null;
        long longest = Long.MIN_VALUE;
        long now = ticker.nanos();
        for (Map.Entry<String, Held> each : held.entrySet()) {
            long idle = each.getValue().idleNanos(now);
            if (idle > longest) {
                longest = idle;
                oldest = each.getKey();
            }
        }
        if (oldest != null) {
            giveUp(oldest);
        }
    }

    /// All that are asked for.
    Set<String> held() {
        return Set.copyOf(held.keySet());
    }

    /// Whether it is asked for.
    boolean isHeld(String name) {
        return held.containsKey(name);
    }

    /// What was asked for is in force now.
    ///
    /// @param use noted when it is used
    void came(String name, Use use) {
        absent.remove(name);
        Held known = held.get(name);
        if (known != null) {
            use.at(ticker.nanos());
            known.isThere = true;
            known.use = use;
            release(known);
        }
    }

    /// There is no such thing.
    void isAbsent(String name) {
        if (!held.containsKey(name)) {
            return;
        }
        if (absent.size() < MOST_HELD) {
            Long until = ticker.nanos() + ABSENCE_NANOS;
            absent.put(name, until);
            Future<?> _ =
                    configurationThread.schedule(
                            () -> absent.remove(name, until), ABSENCE_NANOS, TimeUnit.NANOSECONDS);
        }
        giveUp(name);
    }

    /// An answer could not be used: nobody waits for it any more.
    void isRefused(String name) {
        Held known = held.get(name);
        if (known != null) {
            release(known);
        }
    }

    /// Nobody needs these any more.
    void forget(Predicate<String> which) {
        List.copyOf(held.keySet()).stream().filter(which).forEach(this::giveUp);
    }

    private void giveUp(String name) {
        Held gone = held.remove(name);
        if (gone != null) {
            wire.unsubscribe(name);
            release(gone);
        }
    }

    private void sweepLater() {
        if (!sweeps) {
            sweeps = true;
            Future<?> _ =
                    configurationThread.schedule(this::sweep, SWEEP_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    /// Names that nobody used for long are asked for no longer.
    private void sweep() {
        sweeps = false;
        long now = ticker.nanos();
        forget(name -> {
            Held known = held.get(name);
            return known != null && known.idleNanos(now) > IDLE_NANOS;
        });
        if (!held.isEmpty()) {
            sweepLater();
        }
    }

    private void giveUp(Held awaited, Waiter waiter) {
        if (awaited.waiting.remove(waiter)) {
            wake(List.of(waiter));
        }
    }

    private void release(Held known) {
        List<Waiter> woken = known.waiting;
        known.waiting = new ArrayList<>();
        wake(woken);
    }

    private void wake(List<Waiter> woken) {
        for (Waiter waiter : woken) {
            waiting.decrementAndGet();
            if (waiter.timeout != null) {
                waiter.timeout.cancel(false);
            }
            waiter.loop.execute(waiter.answered);
        }
    }
}
