package io.meltemi.proxy.loop;

import io.meltemi.base.time.Ticker;
import io.netty.channel.EventLoop;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/// The timers of one event loop. Confined to it. `HOT`.
///
/// A binary heap of deadlines with one task of the event loop behind it. The task is left where it
/// is when the earliest timer is cancelled (it wakes, finds nothing and sets itself again): with
/// timeouts of seconds that is a wake-up per timeout, not one per request.
@SuppressWarnings("FutureReturnValueIgnored") // the task never fails and is never cancelled
public final class TimerQueue {
    private static final int INITIAL = 64;

    /// Fills the places behind the last timer.
    private static final Timer NONE = new Timer(_ -> {});

    private final EventLoop eventLoop;
    private final Ticker ticker;
    private final Ticker clock;
    private final Runnable wake = this::wake;
    private Timer[] heap = new Timer[INITIAL];
    private int size;
    private boolean scheduled;
    private long scheduledForNanos;

    public TimerQueue(EventLoop eventLoop, Ticker ticker) {
        this(eventLoop, ticker, ticker);
    }

    /// @param clock what delays count from; it may be a little behind the ticker
    TimerQueue(EventLoop eventLoop, Ticker ticker, Ticker clock) {
        this.eventLoop = eventLoop;
        this.ticker = ticker;
        this.clock = clock;
    }

    /// Sets the timer to run out after the delay, whatever it was set to before.
    public void arm(Timer timer, long delayNanos) {
        long deadline = clock.nanos() + Math.max(0, delayNanos);
        if (timer.index >= 0) {
            timer.deadlineNanos = deadline;
            int at = timer.index;
            up(at);
            if (timer.index == at) {
                down(at);
            }
        } else {
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, size * 2);
            }
            timer.deadlineNanos = deadline;
            place(timer, size++);
            up(timer.index);
        }
        schedule();
    }

    /// Does nothing when the timer is not armed.
    public void cancel(Timer timer) {
        int at = timer.index;
        if (at < 0) {
            return;
        }
        timer.index = -1;
        Timer last = heap[--size];
        heap[size] = NONE;
        if (!last.equals(timer)) {
            place(last, at);
            up(at);
            if (last.index == at) {
                down(at);
            }
        }
    }

    /// Moves the deadlines of all timers at once.
    ///
    /// @param byNanos how much later each is due; it may be negative
    void move(ToLongFunction<Timer> byNanos) {
        for (int i = 0; i < size; i++) {
            heap[i].deadlineNanos += byNanos.applyAsLong(heap[i]);
        }
        for (int i = size / 2 - 1; i >= 0; i--) {
            down(i);
        }
        schedule();
    }

    private void wake() {
        scheduled = false;
        long now = ticker.nanos();
        while (size > 0 && heap[0].deadlineNanos - now <= 0) {
            Timer due = heap[0];
            cancel(due);
            due.owner.expired(due);
        }
        schedule();
    }

    private void schedule() {
        if (size == 0) {
            return;
        }
        long earliest = heap[0].deadlineNanos;
        // A wake-up that comes too early sets itself again; only one that comes too late is a
        // fault.
        if (scheduled && scheduledForNanos - earliest <= 0) {
            return;
        }
        scheduled = true;
        scheduledForNanos = earliest;
        eventLoop.schedule(wake, Math.max(0, earliest - ticker.nanos()), TimeUnit.NANOSECONDS);
    }

    private void up(int from) {
        Timer timer = heap[from];
        int at = from;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (heap[parent].deadlineNanos - timer.deadlineNanos <= 0) {
                break;
            }
            place(heap[parent], at);
            at = parent;
        }
        place(timer, at);
    }

    private void down(int from) {
        Timer timer = heap[from];
        int at = from;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && heap[child + 1].deadlineNanos - heap[child].deadlineNanos < 0) {
                child++;
            }
            if (timer.deadlineNanos - heap[child].deadlineNanos <= 0) {
                break;
            }
            place(heap[child], at);
            at = child;
        }
        place(timer, at);
    }

    private void place(Timer timer, int at) {
        heap[at] = timer;
        timer.index = at;
    }
}
