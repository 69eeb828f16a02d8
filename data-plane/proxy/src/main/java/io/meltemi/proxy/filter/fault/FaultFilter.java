package io.meltemi.proxy.filter.fault;

import io.meltemi.proxy.decide.DecisionLog;
import io.meltemi.proxy.decide.match.Fraction;
import io.meltemi.proxy.filter.FilterStats;
import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.grpc.GrpcTypes;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import io.meltemi.proxy.http.LocalReply;
import io.meltemi.proxy.http.ResponseFlag;
import io.netty.util.concurrent.Future;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Delays and aborts requests, and slows responses down. Thread-safe: the number of active faults
/// is shared by all loops.
///
/// Envoy: first the delay, then the abort; each draws its own lot. A request stays an active fault
/// until it ends.
final class FaultFilter implements HttpFilter {
    private static final long NANOS_PER_MILLI = 1_000_000L;

    private final String name;
    private final FaultRules rules;
    private final LongSupplier random;
    private final FilterStats.Count delays;
    private final FilterStats.Count aborts;
    private final FilterStats.Count overflows;
    private final FilterStats.Count slowed;
    private final AtomicLong active = new AtomicLong();

    FaultFilter(String name, FaultRules rules, LongSupplier random, FilterStats stats) {
        this.name = name;
        this.rules = rules;
        this.random = random;
        delays = stats.counter("fault.delays_injected");
        aborts = stats.counter("fault.aborts_injected");
        overflows = stats.counter("fault.faults_overflow");
        slowed = stats.counter("fault.response_rl_injected");
    }

    /// What is kept of a request that met a fault. Confined to its event loop.
    private static final class Fault {
        @Nullable Future<?> timer;
    }

    @Override
    public Verdict onRequest(FilterStream stream) {
        Object ofRoute = stream.routeConfig(name);
        FaultRules effective = ofRoute instanceof FaultRules own ? own : rules;
        if (!effective.concern(stream)) {
            return Verdict.CONTINUE;
        }
        limitRate(effective, stream);
        long delayNanos = delayNanos(effective, stream.requestHeaders());
        if (delayNanos > 0 && takeFault(effective, stream)) {
            delay(effective, stream, delayNanos);
            return Verdict.PAUSE;
        }
        LocalReply abort = abort(effective, stream);
        if (abort == null) {
            return Verdict.CONTINUE;
        }
        stream.reply(abort);
        return Verdict.ANSWERED;
    }

    /// A delay that is over changes nothing; an abort ends all requests, or some.
    @Override
    public Verdict foretell(FilterStream stream, DecisionLog log) {
        Object ofRoute = stream.routeConfig(name);
        FaultRules effective = ofRoute instanceof FaultRules own ? own : rules;
        if (!effective.concern(stream)) {
            return Verdict.CONTINUE;
        }
        FaultRules.Delay delay = effective.delay();
        if (delay != null && delay.nanos() >= 0) {
            long millis = effective.delayNanos(delay) / NANOS_PER_MILLI;
            log.note("fault", "delay", true, millis + " ms for " + delay.share().text());
        }
        FaultRules.Abort abort = effective.abort();
        LocalReply fixed = abort == null ? null : abort.reply();
        if (abort == null || fixed == null || abort.share().numerator() == 0) {
            return Verdict.CONTINUE;
        }
        log.note(
                "fault",
                "abort",
                abort.share().isAll(),
                "answers " + fixed.status() + " to " + abort.share().text());
        if (!abort.share().isAll()) {
            return Verdict.CONTINUE;
        }
        stream.reply(fixed);
        return Verdict.ANSWERED;
    }

    private void limitRate(FaultRules effective, FilterStream stream) {
        FaultRules.RateLimit limit = effective.responseRate();
        if (limit == null) {
            return;
        }
        long kibibytes = limit.kibibytes();
        Fraction share = limit.share();
        if (kibibytes < 0) {
            HeaderMap request = stream.requestHeaders();
            kibibytes = number(request.get("x-envoy-fault-throughput-response"));
            share = limited(share, request.get("x-envoy-fault-throughput-response-percentage"));
        }
        if (kibibytes > 0 && share.includes(random.getAsLong()) && takeFault(effective, stream)) {
            slowed.increment();
            stream.limitResponseRate(kibibytes * 1024);
        }
    }

    private void delay(FaultRules effective, FilterStream stream, long nanos) {
        delays.increment();
        stream.addFlag(ResponseFlag.DELAY_INJECTED);
        if (stream.state(this) instanceof Fault fault) {
            fault.timer =
                    stream.eventLoop()
                            .schedule(
                                    () -> afterDelay(effective, stream),
                                    nanos,
                                    TimeUnit.NANOSECONDS);
        }
    }

    private void afterDelay(FaultRules effective, FilterStream stream) {
        LocalReply abort = abort(effective, stream);
        if (abort == null) {
            stream.resume();
        } else {
            stream.reply(abort);
        }
    }

    private long delayNanos(FaultRules effective, HeaderMap request) {
        FaultRules.Delay delay = effective.delay();
        if (delay == null) {
            return 0;
        }
        if (delay.nanos() >= 0) {
            return delay.share().includes(random.getAsLong()) ? effective.delayNanos(delay) : 0;
        }
        long millis = number(request.get("x-envoy-fault-delay-request"));
        Fraction share =
                limited(delay.share(), request.get("x-envoy-fault-delay-request-percentage"));
        return millis > 0 && share.includes(random.getAsLong()) ? millis * NANOS_PER_MILLI : 0;
    }

    private @Nullable LocalReply abort(FaultRules effective, FilterStream stream) {
        FaultRules.Abort abort = effective.abort();
        if (abort == null) {
            return null;
        }
        LocalReply reply = abort.reply();
        Fraction share = abort.share();
        if (reply == null) {
            HeaderMap request = stream.requestHeaders();
            reply = asked(request);
            if (reply == null) {
                return null;
            }
            share = limited(share, request.get("x-envoy-fault-abort-request-percentage"));
        }
        if (!share.includes(random.getAsLong()) || !takeFault(effective, stream)) {
            return null;
        }
        aborts.increment();
        if (abort.reply() != null && reply.headers().isEmpty()) {
            int status = effective.status(reply.status());
            reply = status == reply.status() ? reply : reply(status);
        }
        boolean grpc = GrpcTypes.isGrpc(stream.requestHeaders().get(HeaderNames.CONTENT_TYPE));
        return grpc || reply.headers().isEmpty() ? reply : reply(reply.status());
    }

    /// What the caller asks to fail with; an HTTP status counts before one of gRPC.
    private static @Nullable LocalReply asked(HeaderMap request) {
        long status = number(request.get("x-envoy-fault-abort-request"));
        if (status >= 200 && status <= 599) {
            return reply((int) status);
        }
        long grpc = number(request.get("x-envoy-fault-abort-grpc-request"));
        return grpc < 0 ? null : grpcReply((int) grpc);
    }

    /// A share the caller may lower, never raise.
    private static Fraction limited(Fraction most, @Nullable String asked) {
        long numerator = number(asked);
        return numerator < 0 || numerator >= most.numerator()
                ? most
                : new Fraction((int) numerator, most.denominator(), most.key(), most.keys());
    }

    /// Whether one more fault may be active; a request counts once.
    private boolean takeFault(FaultRules effective, FilterStream stream) {
        if (stream.state(this) instanceof Fault) {
            return true;
        }
        if (effective.isFull(active.get())) {
            overflows.increment();
            return false;
        }
        active.incrementAndGet();
        stream.setState(this, new Fault());
        return true;
    }

    @Override
    public void onEnd(FilterStream stream) {
        if (stream.state(this) instanceof Fault fault) {
            active.decrementAndGet();
            if (fault.timer != null) {
                fault.timer.cancel(false);
            }
        }
    }

    static LocalReply reply(int status) {
        return new LocalReply(
                status,
                "fault filter abort",
                ResponseFlag.FAULT_INJECTED,
                "fault_filter_abort",
                Map.of());
    }

    /// Envoy: for a client that does not speak gRPC a 200 without the status.
    static LocalReply grpcReply(int status) {
        return new LocalReply(
                200,
                "fault filter abort",
                ResponseFlag.FAULT_INJECTED,
                "fault_filter_abort",
                Map.of("grpc-status", Integer.toString(status)));
    }

    private static long number(@Nullable String text) {
        if (text == null || text.isEmpty() || text.length() > 9) {
            return -1;
        }
        long number = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
