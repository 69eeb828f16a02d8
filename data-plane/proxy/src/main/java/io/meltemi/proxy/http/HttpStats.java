package io.meltemi.proxy.http;

import io.meltemi.proxy.observe.stats.Counter;
import io.meltemi.proxy.observe.stats.Gauge;
import io.meltemi.proxy.observe.stats.Histogram;
import io.meltemi.proxy.observe.stats.ResponseCodeCounters;
import io.meltemi.proxy.observe.stats.StatsScope;
import io.meltemi.proxy.observe.stats.StatsStore;

/// The statistics of one connection manager, under Envoy's names (`http.PREFIX.`). Thread-safe.
public final class HttpStats implements AutoCloseable {
    final Counter requestsTotal;
    final Gauge requestsActive;
    final Counter requestsHttp1;
    final Counter requestsHttp2;
    final Counter requestsReset;
    final Counter requestsTransmitReset;
    final Counter requestsOverloaded;
    final Counter requestTimeout;
    final Counter requestTooLarge;
    final Counter idleTimeout;
    final Counter headerTimeout;
    final Counter maxDuration;
    final Counter nonRelativePath;
    final Counter noRoute;
    final Counter noCluster;
    final Counter directResponse;
    final Counter redirect;
    final Counter connectionsTotal;
    final Gauge connectionsActive;
    final Counter connectionsDestroy;
    final Counter connectionsDrainClose;
    final Counter connectionsOverloaded;
    final Counter connectionsIdleTimeout;
    final Counter connectionsMaxDuration;
    final Counter protocolError;
    final Counter upgradeRefused;
    final RedirectStats redirects;
    final Http2Stats http2;
    final Histogram requestTime;
    final ResponseCodeCounters responses;
    private final StatsScope scope;

    public HttpStats(StatsStore store, String prefix) {
        scope = store.scope("http." + prefix + '.');
        requestsTotal = scope.counter("downstream_rq_total");
        requestsActive = scope.gauge("downstream_rq_active");
        requestsHttp1 = scope.counter("downstream_rq_http1_total");
        requestsHttp2 = scope.counter("downstream_rq_http2_total");
        requestsReset = scope.counter("downstream_rq_rx_reset");
        requestsTransmitReset = scope.counter("downstream_rq_tx_reset");
        requestsOverloaded = scope.counter("downstream_rq_overload_close");
        requestTimeout = scope.counter("downstream_rq_timeout");
        requestTooLarge = scope.counter("downstream_rq_too_large");
        idleTimeout = scope.counter("downstream_rq_idle_timeout");
        headerTimeout = scope.counter("downstream_rq_header_timeout");
        maxDuration = scope.counter("downstream_rq_max_duration_reached");
        nonRelativePath = scope.counter("downstream_rq_non_relative_path");
        noRoute = scope.counter("no_route");
        noCluster = scope.counter("no_cluster");
        directResponse = scope.counter("rq_direct_response");
        redirect = scope.counter("rq_redirect");
        connectionsTotal = scope.counter("downstream_cx_total");
        connectionsActive = scope.gauge("downstream_cx_active");
        connectionsDestroy = scope.counter("downstream_cx_destroy");
        connectionsDrainClose = scope.counter("downstream_cx_drain_close");
        connectionsOverloaded = scope.counter("downstream_cx_overload_disable_keepalive");
        connectionsIdleTimeout = scope.counter("downstream_cx_idle_timeout");
        connectionsMaxDuration = scope.counter("downstream_cx_max_duration_reached");
        protocolError = scope.counter("downstream_cx_protocol_error");
        upgradeRefused = scope.counter("downstream_rq_ws_on_non_ws_route");
        redirects = new RedirectStats(scope);
        http2 = new Http2Stats(store, scope);
        requestTime = scope.histogram("downstream_rq_time");
        responses = scope.responseCodes("downstream_rq_", false);
    }

    @Override
    public void close() {
        scope.close();
        http2.close();
    }
}
