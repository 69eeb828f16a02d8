package io.meltemi.proxy.loadstats;

import com.google.protobuf.Duration;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.load_stats.v3.LoadReportingServiceGrpc;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsRequest;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsResponse;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.meltemi.base.time.Ticker;
import io.meltemi.proxy.observe.stats.Counter;
import io.meltemi.proxy.observe.stats.StatsScope;
import io.meltemi.proxy.observe.stats.StatsStore;
import io.meltemi.xds.client.GrpcCall;
import io.meltemi.xds.client.StatusText;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reports load over one stream, as often and of what the service at its other end asks for.
/// Confined to the configuration thread.
///
/// The counters that requests raise anyway are read when a report is due: nothing more is done for
/// a request. A stream that ends is opened again; the service then hears at once what it asked for
/// on the last one.
public final class LoadReports implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LoadReports.class);

    /// Envoy: always the same.
    private static final long RETRY_MILLIS = 5_000;

    /// Envoy reports without a pause when it is asked for none.
    private static final long SHORTEST_MILLIS = 100;

    private static final long LONGEST_SECONDS = 365L * 24 * 3600;

    private final Surroundings surroundings;
    private final LoadStatsRequest template;
    private final LoadWindows windows;
    private final Counter requests;
    private final Counter responses;
    private final Counter errors;
    private final Counter retries;
    private @Nullable GrpcCall<LoadStatsRequest, LoadStatsResponse> call;

    /// The next report, or the next stream.
    private @Nullable Future<?> next;

    /// What the service asked for last, on whichever stream.
    private @Nullable LoadStatsResponse asked;

    private boolean isClosed;

    /// What it works with. Immutable.
    ///
    /// @param channel to the service
    /// @param headers of each call
    /// @param executor the configuration thread
    public record Surroundings(
            Channel channel,
            Map<String, String> headers,
            ScheduledExecutorService executor,
            Ticker ticker) {
        public Surroundings {
            headers = Map.copyOf(headers);
        }

        private Metadata metadata() {
            Metadata metadata = new Metadata();
            headers.forEach((name, value) ->
                    metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value));
            return metadata;
        }
    }

    /// @param node who reports
    /// @param clusters those in force, by name
    public LoadReports(
            Surroundings surroundings,
            Node node,
            Supplier<Map<String, ReportedCluster>> clusters,
            StatsStore stats) {
        this.surroundings = surroundings;
        this.template =
                LoadStatsRequest.newBuilder()
                        .setNode(
                                node.toBuilder()
                                        .addClientFeatures("envoy.lrs.supports_send_all_clusters"))
                        .build();
        this.windows = new LoadWindows(clusters);
        StatsScope scope = stats.scope("load_reporter.");
        this.requests = scope.counter("requests");
        this.responses = scope.counter("responses");
        this.errors = scope.counter("errors");
        this.retries = scope.counter("retries");
    }

    /// Opens the stream and says who we are.
    public void open() {
        if (isClosed) {
            return;
        }
        GrpcCall<LoadStatsRequest, LoadStatsResponse> opened =
                new GrpcCall<>(
                        surroundings.channel(),
                        LoadReportingServiceGrpc.getStreamLoadStatsMethod(),
                        surroundings.metadata(),
                        surroundings.executor());
        call = opened;
        opened.start(response -> take(opened, response), () -> {}, status -> lost(opened, status));
        report(opened);
    }

    private void take(
            GrpcCall<LoadStatsRequest, LoadStatsResponse> from, LoadStatsResponse response) {
        if (from.equals(call)) {
            asked = response;
            requests.increment();
            follow(from, response);
            from.next();
        }
    }

    private void report(GrpcCall<LoadStatsRequest, LoadStatsResponse> to) {
        LoadStatsResponse wish = asked;
        LoadStatsRequest.Builder report = template.toBuilder();
        if (wish != null) {
            long now = surroundings.ticker().nanos();
            windows.report(wish.getReportEndpointGranularity(), now, report);
        }
        to.send(report.build());
        responses.increment();
        if (wish != null) {
            follow(to, wish);
        }
    }

    private void follow(
            GrpcCall<LoadStatsRequest, LoadStatsResponse> over, LoadStatsResponse wish) {
        windows.follow(wish, surroundings.ticker().nanos());
        later(() -> due(over, wish), millis(wish.getLoadReportingInterval()));
    }

    /// A service that does not read is told more at a time, not more often.
    private void due(GrpcCall<LoadStatsRequest, LoadStatsResponse> over, LoadStatsResponse wish) {
        if (over.isReady()) {
            report(over);
        } else {
            follow(over, wish);
        }
    }

    private static long millis(Duration interval) {
        long seconds = Math.clamp(interval.getSeconds(), 0, LONGEST_SECONDS);
        return Math.max(SHORTEST_MILLIS, seconds * 1000 + interval.getNanos() / 1_000_000);
    }

    private void lost(GrpcCall<LoadStatsRequest, LoadStatsResponse> which, Status status) {
        if (isClosed || !which.equals(call)) {
            return;
        }
        call = null;
        if (!status.isOk()) {
            LOG.warn("the load reporting service is not there: {}", StatusText.of(status));
            errors.increment();
        }
        later(
                () -> {
                    retries.increment();
                    open();
                },
                RETRY_MILLIS);
    }

    private void later(Runnable task, long millis) {
        if (next != null) {
            next.cancel(false);
        }
        next = surroundings.executor().schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    /// Ends the stream. The channel is its owner's to shut down.
    @Override
    public void close() {
        isClosed = true;
        if (next != null) {
            next.cancel(false);
        }
        if (call != null) {
            call.cancel();
            call = null;
        }
    }
}
