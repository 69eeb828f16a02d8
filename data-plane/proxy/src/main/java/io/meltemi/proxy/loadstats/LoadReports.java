package io.meltemi.proxy.loadstats;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.load_stats.v3.LoadReportingServiceGrpc;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsRequest;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsResponse;
import io.grpc.Status;
import io.meltemi.base.time.Ticker;
import io.meltemi.proxy.observe.stats.Counter;
import io.meltemi.proxy.observe.stats.StatsScope;
import io.meltemi.proxy.observe.stats.StatsStore;
import io.meltemi.xds.client.ReportStream;
import io.meltemi.xds.client.StatusText;
import java.util.Map;
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

    private final ReportStream<LoadStatsRequest, LoadStatsResponse> stream;
    private final Ticker ticker;
    private final LoadStatsRequest template;
    private final LoadWindows windows;
    private final Counter requests;
    private final Counter responses;
    private final Counter errors;
    private final Counter retries;

    /// What the service asked for last, on whichever stream.
    private @Nullable LoadStatsResponse asked;

    /// @param node who reports
    /// @param clusters those in force, by name
    public LoadReports(
            ReportStream.Surroundings surroundings,
            Ticker ticker,
            Node node,
            Supplier<Map<String, ReportedCluster>> clusters,
            StatsStore stats) {
        this.stream =
                new ReportStream<>(
                        surroundings, LoadReportingServiceGrpc.getStreamLoadStatsMethod());
        this.ticker = ticker;
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
        stream.open(this::report, this::take, this::lost);
    }

    private void take(LoadStatsResponse response) {
        asked = response;
        requests.increment();
        follow(response);
    }

    private void report() {
        LoadStatsResponse wish = asked;
        LoadStatsRequest.Builder report = template.toBuilder();
        if (wish != null) {
            long now = ticker.nanos();
            windows.report(wish.getReportEndpointGranularity(), now, report);
        }
        stream.send(report.build());
        responses.increment();
        if (wish != null) {
            follow(wish);
        }
    }

    private void follow(LoadStatsResponse wish) {
        windows.follow(wish, ticker.nanos());
        stream.later(() -> due(wish), ReportStream.millis(wish.getLoadReportingInterval()));
    }

    /// A service that does not read is told more at a time, not more often.
    private void due(LoadStatsResponse wish) {
        if (stream.isReady()) {
            report();
        } else {
            follow(wish);
        }
    }

    private void lost(Status status) {
        if (!status.isOk()) {
            LOG.warn("the load reporting service is not there: {}", StatusText.of(status));
            errors.increment();
        }
        stream.later(
                () -> {
                    retries.increment();
                    open();
                },
                RETRY_MILLIS);
    }

    /// Ends the stream. The channel is its owner's to shut down.
    @Override
    public void close() {
        stream.close();
    }
}
