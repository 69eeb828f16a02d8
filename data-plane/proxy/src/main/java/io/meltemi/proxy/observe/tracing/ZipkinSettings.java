package io.meltemi.proxy.observe.tracing;

import io.envoyproxy.envoy.config.trace.v3.ZipkinConfig;
import io.envoyproxy.envoy.config.trace.v3.ZipkinConfig.CollectorEndpointVersion;
import java.util.function.Predicate;

/// `envoy.config.trace.v3.ZipkinConfig`, compiled. Immutable.
///
/// @param cluster the collector's
/// @param host the `Host` of its requests
/// @param path theirs
/// @param longTraceIds whether traces that begin here have ids of 128 bit, not of 64
/// @param shared whether the spans of the caller's and the callee's side have one id
/// @param split whether this proxy is a hop of its own
record ZipkinSettings(
        String cluster,
        String host,
        String path,
        boolean longTraceIds,
        boolean shared,
        boolean split) {

    /// @param isCluster whether there is a cluster of a name
    /// @throws IllegalArgumentException naming the field that is wrong or not supported
    @SuppressWarnings("deprecation") // as long as Envoy takes the field
    static ZipkinSettings of(ZipkinConfig config, Predicate<String> isCluster) {
        String cluster = config.getCollectorCluster();
        required(cluster, "collector_cluster");
        required(config.getCollectorEndpoint(), "collector_endpoint");
        if (!isCluster.test(cluster)) {
            throw refused("collector_cluster", "unknown cluster '" + cluster + "'");
        }
        String hostname = config.getCollectorHostname();
        if (config.getCollectorEndpointVersion() != CollectorEndpointVersion.HTTP_JSON) {
            throw refused(
                    "collector_endpoint_version",
                    config.getCollectorEndpointVersion() + " is not supported; use HTTP_JSON");
        }
        return new ZipkinSettings(
                cluster,
                word(hostname.isEmpty() ? cluster : hostname, "collector_hostname"),
                word(config.getCollectorEndpoint(), "collector_endpoint"),
                config.getTraceId128Bit(),
                !config.hasSharedSpanContext() || config.getSharedSpanContext().getValue(),
                config.getSplitSpansForRequest());
    }

    private static void required(String value, String field) {
        if (value.isEmpty()) {
            throw refused(field, "collector_cluster and collector_endpoint must both be given");
        }
    }

    /// It goes into the head of a request as it is.
    private static String word(String value, String field) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) <= ' ' || value.charAt(i) >= 0x7f) {
                throw refused(field, "must be printable ASCII without spaces");
            }
        }
        return value;
    }

    private static IllegalArgumentException refused(String field, String why) {
        return new IllegalArgumentException("provider.typed_config." + field + ": " + why);
    }
}
