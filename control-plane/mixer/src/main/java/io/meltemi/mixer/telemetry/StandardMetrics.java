package io.meltemi.mixer.telemetry;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Istio's standard metrics, the same for every data plane because they are made here. Thread-safe.
///
/// Names and labels are Istio's (Standard Metrics reference), so that its dashboards work. Of our
/// own there is one more: without the number of retries the two ends' counts do not add up.
public final class StandardMetrics {
    /// Label sets beyond it are counted together under `overflow`: a scrape must stay affordable.
    static final int MAX_SERIES = 20_000;

    private static final String OVERFLOW = "overflow";

    private static final String[] LABELS = {
        "reporter",
        "source_workload",
        "source_workload_namespace",
        "source_principal",
        "source_app",
        "source_version",
        "source_canonical_service",
        "source_canonical_revision",
        "destination_workload",
        "destination_workload_namespace",
        "destination_principal",
        "destination_app",
        "destination_version",
        "destination_canonical_service",
        "destination_canonical_revision",
        "destination_service",
        "destination_service_name",
        "destination_service_namespace",
        "request_protocol",
        "response_code",
        "grpc_response_status",
        "response_flags",
        "connection_security_policy"
    };

    /// Istio's default buckets, in milliseconds and in bytes.
    private static final double[] MILLIS = {
        0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 300000, 600000,
        1800000, 3600000
    };

    private static final double[] BYTES = {
        1, 8, 64, 512, 4096, 32768, 262144, 2097152, 16777216, 134217728, 1073741824
    };

    private final Counter requests;
    private final Counter retries;
    private final Histogram durations;
    private final Histogram requestBytes;
    private final Histogram responseBytes;
    private final Counter tcpOpened;
    private final Counter tcpClosed;
    private final Counter tcpSent;
    private final Counter tcpReceived;

    /// The label sets that have a series, joined.
    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    public StandardMetrics(PrometheusRegistry registry) {
        requests = counter("istio_requests_total", "Requests handled by a proxy.", registry);
        retries = counter("meltemi_request_retries_total", "Attempts after a first.", registry);
        durations = histogram("istio_request_duration_milliseconds", "Duration.", MILLIS, registry);
        requestBytes = histogram("istio_request_bytes", "Request body sizes.", BYTES, registry);
        responseBytes = histogram("istio_response_bytes", "Response body sizes.", BYTES, registry);
        tcpOpened = counter("istio_tcp_connections_opened_total", "Connections.", registry);
        tcpClosed = counter("istio_tcp_connections_closed_total", "Connections.", registry);
        tcpSent = counter("istio_tcp_sent_bytes_total", "Bytes to the caller.", registry);
        tcpReceived = counter("istio_tcp_received_bytes_total", "Bytes from the caller.", registry);
    }

    private static Counter counter(String name, String help, PrometheusRegistry registry) {
        return Counter.builder().name(name).help(help).labelNames(LABELS).register(registry);
    }

    private static Histogram histogram(
            String name, String help, double[] bounds, PrometheusRegistry registry) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .labelNames(LABELS)
                .classicOnly()
                .classicUpperBounds(bounds)
                .register(registry);
    }

    /// Counts one request.
    void record(Call call) {
        String[] labels = bounded(labels(call));
        if (call.protocol().equals("tcp")) {
            tcpOpened.labelValues(labels).inc();
            tcpClosed.labelValues(labels).inc();
            tcpSent.labelValues(labels).inc(call.responseBytes());
            tcpReceived.labelValues(labels).inc(call.requestBytes());
            return;
        }
        requests.labelValues(labels).inc();
        if (call.retries() > 0) {
            retries.labelValues(labels).inc(call.retries());
        }
        durations.labelValues(labels).observe(call.durationMillis());
        requestBytes.labelValues(labels).observe((double) call.requestBytes());
        responseBytes.labelValues(labels).observe((double) call.responseBytes());
    }

    private String[] bounded(String[] labels) {
        String series = String.join("\n", labels);
        if (seen.contains(series)) {
            return labels;
        }
        if (seen.size() >= MAX_SERIES) {
            String[] overflow = new String[labels.length];
            java.util.Arrays.fill(overflow, OVERFLOW);
            return overflow;
        }
        seen.add(series);
        return labels;
    }

    private static String[] labels(Call call) {
        Side source = call.source();
        Side destination = call.destination();
        return new String[] {
            call.reporter().label,
            source.workload(),
            source.namespace(),
            source.principal(),
            source.app(),
            source.version(),
            source.app(),
            canonicalRevision(source),
            destination.workload(),
            destination.namespace(),
            destination.principal(),
            destination.app(),
            destination.version(),
            destination.app(),
            canonicalRevision(destination),
            call.service(),
            call.serviceName(),
            call.serviceNamespace(),
            call.protocol(),
            Integer.toString(call.responseCode()),
            call.grpcStatus(),
            call.flags(),
            call.security()
        };
    }

    /// Istio: a workload that is known but has no version is `latest`.
    private static String canonicalRevision(Side side) {
        return !side.equals(Side.UNKNOWN) && side.version().equals(Side.NOTHING)
                ? "latest"
                : side.version();
    }
}
