package io.meltemi.proxy.filter.istiostats;

import org.jspecify.annotations.Nullable;

/// Istio's standard metrics.
enum Metric {
    REQUESTS("requests_total"),
    REQUEST_DURATION("request_duration_milliseconds"),
    REQUEST_BYTES("request_bytes"),
    RESPONSE_BYTES("response_bytes"),
    REQUEST_MESSAGES("request_messages_total"),
    RESPONSE_MESSAGES("response_messages_total"),
    TCP_OPENED("tcp_connections_opened_total"),
    TCP_CLOSED("tcp_connections_closed_total"),
    TCP_SENT("tcp_sent_bytes_total"),
    TCP_RECEIVED("tcp_received_bytes_total");

    private final String configName;

    Metric(String configName) {
        this.configName = configName;
    }

    /// By its name in configurations; null when there is none.
    static @Nullable Metric named(String name) {
        for (Metric metric : values()) {
            if (metric.configName.equals(name)) {
                return metric;
            }
        }
        return null;
    }

    /// Envoy: metrics below `istiocustom` stand on the Prometheus page without it, and without
    /// `envoy_`.
    String statName() {
        return "istiocustom.istio_" + configName;
    }
}
