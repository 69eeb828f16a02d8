package io.meltemi.proxy.observe.tracing;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.meltemi.proxy.filter.UpstreamCall;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import io.meltemi.proxy.http.WorkerCalls;
import io.meltemi.proxy.http.h1.StatusLine;
import io.meltemi.proxy.loop.Expiry;
import io.meltemi.proxy.loop.Timer;
import io.meltemi.proxy.observe.stats.Counter;
import io.meltemi.proxy.observe.stats.StatsScope;
import io.meltemi.proxy.runtime.RuntimeKeys;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Sends spans to one collector over HTTP. Immutable; each worker collects and sends its own, and
/// that part is confined to its event loop.
///
/// Envoy 1.40: as soon as there are `tracing.zipkin.min_flush_spans` (5) or after
/// `tracing.zipkin.flush_interval_ms` (5000). A report that fails is lost. At most [#MOST_SPANS] or
/// [#MOST_BYTES] wait; how many reports are under way is the cluster's limit.
final class ZipkinReporter {
    private static final int MOST_SPANS = 2_048;
    private static final int MOST_BYTES = 1 << 20;
    private static final int ACCEPTED = 202;

    private final ZipkinSettings settings;
    private final Node node;
    private final IntFunction<WorkerCalls> calls;
    private final RuntimeKeys keys;
    private final @Nullable Waiting[] waiting;
    private final Counter spansSent;
    private final Counter timerFlushed;
    private final Counter reportsSent;
    private final Counter reportsDropped;
    private final Counter skipped;

    ZipkinReporter(
            ZipkinSettings settings,
            Node node,
            int workers,
            IntFunction<WorkerCalls> calls,
            RuntimeKeys keys,
            StatsScope stats) {
        this.settings = settings;
        this.node = node;
        this.calls = calls;
        this.keys = keys;
        this.waiting = new Waiting[workers];
        this.spansSent = stats.counter("spans_sent");
        this.timerFlushed = stats.counter("timer_flushed");
        this.reportsSent = stats.counter("reports_sent");
        this.reportsDropped = stats.counter("reports_dropped");
        this.skipped = stats.counter("reports_skipped_no_cluster");
    }

    /// Where a worker's spans wait: add one, then call [#added]. On its event loop.
    ZipkinSpans spans(int worker) {
        return waiting(worker).spans;
    }

    /// A span of this worker is new. On its event loop.
    void added(int worker) {
        waiting(worker).added();
    }

    /// Sends soon all spans that wait. From any thread.
    void askFlush() {
        for (int i = 0; i < waiting.length; i++) {
            int worker = i;
            calls.apply(i).loop().eventLoop().execute(() -> waiting(worker).flush());
        }
    }

    private Waiting waiting(int worker) {
        Waiting own = waiting[worker];
        if (own == null) {
            own = new Waiting(worker, calls.apply(worker));
            waiting[worker] = own;
        }
        return own;
    }

    /// One worker's spans and reports. Confined to its event loop.
    private final class Waiting implements Expiry, UpstreamCall.Callback {
        private final int worker;
        private final WorkerCalls calls;
        private final ZipkinSpans spans;
        private final Timer timer = new Timer(this);

        Waiting(int worker, WorkerCalls calls) {
            this.worker = worker;
            this.calls = calls;
            this.spans = new ZipkinSpans(node, calls.ownAddress(), settings.shared());
        }

        void added() {
            long enough = Math.min(MOST_SPANS, keys.number("tracing.zipkin.min_flush_spans", 5));
            if (spans.count() >= enough || spans.bytes() > MOST_BYTES) {
                flush();
            } else if (!timer.isArmed()) {
                long millis = keys.number("tracing.zipkin.flush_interval_ms", 5_000);
                calls.loop().timers().arm(timer, millis * 1_000_000);
            }
        }

        @Override
        public void expired(Timer over) {
            timerFlushed.increment(worker);
            flush();
        }

        void flush() {
            calls.loop().timers().cancel(timer);
            int count = spans.count();
            if (count == 0) {
                return;
            }
            byte[] body = spans.take();
            spansSent.add(worker, count);
            if (!calls.hasCluster(settings.cluster())) {
                skipped.increment(worker);
                return;
            }
            long millis = keys.number("tracing.zipkin.request_timeout", 5_000);
            if (calls.begin(settings.cluster(), head(), body, millis * 1_000_000, this) == null) {
                reportsDropped.increment(worker);
            }
        }

        private HeaderMap head() {
            HeaderMap head = new HeaderMap();
            head.add(HeaderNames.METHOD, "POST");
            head.add(HeaderNames.PATH, settings.path());
            head.add(HeaderNames.AUTHORITY, settings.host());
            head.add(HeaderNames.SCHEME, "http");
            head.add(HeaderNames.CONTENT_TYPE, "application/json");
            return head;
        }

        @Override
        public void onResponse(HeaderMap headers, byte[] body, @Nullable HeaderMap trailers) {
            boolean accepted =
                    StatusLine.parse(String.valueOf(headers.get(HeaderNames.STATUS))) == ACCEPTED;
            (accepted ? reportsSent : reportsDropped).increment(worker);
        }

        /// Envoy's client answers itself then, with 503 or 504, and that is no 202.
        @Override
        public void onFailure() {
            reportsDropped.increment(worker);
        }
    }
}
