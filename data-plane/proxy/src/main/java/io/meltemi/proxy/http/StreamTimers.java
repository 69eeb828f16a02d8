package io.meltemi.proxy.http;

import io.meltemi.proxy.loop.Scalable;
import io.meltemi.proxy.loop.TimeoutScale;
import io.meltemi.proxy.loop.Timer;
import io.meltemi.proxy.loop.TimerQueue;
import io.meltemi.proxy.observe.LogType;
import org.jspecify.annotations.Nullable;

/// The limits that the connection manager sets to one exchange: idle, whole duration, and how long
/// its request may take to come. Confined to its event loop. `HOT`.
final class StreamTimers implements Scalable {
    private final HttpExchange exchange;
    private final Timer streamIdle = new Timer(this);
    private @Nullable Timer duration;
    private @Nullable Timer request;
    private @Nullable Timer logs;
    private long idleNanos;
    private long lastActivityNanos;

    StreamTimers(HttpExchange exchange) {
        this.exchange = exchange;
    }

    /// The request's headers are here.
    void begin(boolean requestEnded) {
        HttpSettings.Timing timing = exchange.settings().timing();
        lastActivityNanos = exchange.record().startNanos;
        limitIdle(timing.streamIdle());
        if (timing.maxStream() > 0) {
            limitDuration(timing.maxStream());
        }
        if (timing.request() > 0 && !requestEnded) {
            request = new Timer(this);
            timers().arm(request, timing.request());
        }
        LogFlushing flushing = exchange.settings().logFlushing();
        if (flushing != null && flushing.everyNanos() > 0) {
            logs = new Timer(this);
            timers().arm(logs, flushing.everyNanos());
        }
    }

    /// @param nanos without a byte in either direction; 0 takes the limit away
    void limitIdle(long nanos) {
        if (nanos == idleNanos) {
            return;
        }
        idleNanos = nanos;
        if (nanos > 0) {
            timers().arm(streamIdle, idleNow());
        } else {
            timers().cancel(streamIdle);
        }
    }

    /// Limits the whole exchange, from its beginning; 0 takes the limit away.
    void limitDuration(long nanos) {
        if (duration != null) {
            timers().cancel(duration);
        }
        if (nanos > 0 && !exchange.isOver()) {
            duration = new Timer(this);
            timers().arm(duration, nanos - (now() - exchange.record().startNanos));
        }
    }

    void activity() {
        lastActivityNanos = now();
    }

    void onRequestEnd() {
        if (request != null) {
            timers().cancel(request);
        }
    }

    void cancel() {
        timers().cancel(streamIdle);
        if (duration != null) {
            timers().cancel(duration);
        }
        if (logs != null) {
            timers().cancel(logs);
        }
        onRequestEnd();
    }

    @Override
    public void expired(Timer timer) {
        LogFlushing flushing = exchange.settings().logFlushing();
        if (timer.equals(logs) && flushing != null) {
            exchange.log(LogType.DOWNSTREAM_PERIODIC);
            timers().arm(timer, flushing.everyNanos());
            return;
        }
        HttpStats stats = exchange.settings().stats();
        int worker = exchange.connection().loop().index();
        if (timer.equals(duration)) {
            stats.maxDuration.increment(worker);
            exchange.timedOut(LocalReplies.tooLong(exchange.isRequestEnded()));
            return;
        }
        if (!timer.equals(streamIdle)) {
            stats.requestTimeout.increment(worker);
            exchange.reply(LocalReplies.REQUEST_TIMEOUT);
            return;
        }
        long left = idleNow() - (now() - lastActivityNanos);
        if (left > 0) {
            // Moved only now: activity costs a field, not a timer.
            timers().arm(streamIdle, left);
            return;
        }
        stats.idleTimeout.increment(worker);
        exchange.timedOut(LocalReplies.idle(exchange.isRequestEnded()));
    }

    private long idleNow() {
        return exchange.connection()
                .loop()
                .timeouts()
                .nanos(TimeoutScale.Kind.STREAM_IDLE, idleNanos);
    }

    @Override
    public TimeoutScale.@Nullable Kind kind(Timer timer) {
        return timer.equals(streamIdle) ? TimeoutScale.Kind.STREAM_IDLE : null;
    }

    @Override
    public long configuredNanos(Timer timer) {
        return idleNanos;
    }

    private TimerQueue timers() {
        return exchange.connection().loop().timers();
    }

    private long now() {
        return exchange.connection().loop().nanos();
    }
}
