package io.meltemi.mixer.telemetry;

/// One call as one of its two proxies reported it. Immutable.
///
/// @param service the full host name of the called service
/// @param serviceName its first label
/// @param protocol `http`, `grpc` or `tcp`
/// @param responseCode 0 for TCP
/// @param grpcStatus empty when not gRPC
/// @param flags Envoy's response flags, comma separated, or `-`
/// @param retries attempts after the first one
/// @param security `mutual_tls`, `none` or `unknown` (Istio: the source does not know)
record Call(
        Reporter reporter,
        Side source,
        Side destination,
        String service,
        String serviceName,
        String serviceNamespace,
        String protocol,
        int responseCode,
        String grpcStatus,
        String flags,
        int retries,
        String security,
        double durationMillis,
        long requestBytes,
        long responseBytes) {
    enum Reporter {
        SOURCE("source"),
        DESTINATION("destination");

        final String label;

        Reporter(String label) {
            this.label = label;
        }
    }
}
