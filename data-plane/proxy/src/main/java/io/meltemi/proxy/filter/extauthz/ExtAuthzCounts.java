package io.meltemi.proxy.filter.extauthz;

import io.meltemi.proxy.filter.FilterStats;
import io.meltemi.proxy.filter.FilterStream;
import org.jspecify.annotations.Nullable;

/// What is counted of decisions: for the connection manager, and for the cluster a request goes to.
/// Thread-safe.
final class ExtAuthzCounts {
    private final FilterStats root;
    private final String prefix;
    private final boolean chargesCluster;
    private final FilterStats.Count ok;
    private final FilterStats.Count denied;
    private final FilterStats.Count error;
    private final FilterStats.Count disabled;
    private final FilterStats.Count failureModeAllowed;
    private final FilterStats.Count ignoredMetadata;

    ExtAuthzCounts(ExtAuthzSettings settings, FilterStats stats, FilterStats root) {
        this.root = root;
        prefix = "ext_authz." + settings.statPrefix();
        chargesCluster = settings.chargesCluster();
        ok = stats.counter(prefix + "ok");
        denied = stats.counter(prefix + "denied");
        error = stats.counter(prefix + "error");
        disabled = stats.counter(prefix + "disabled");
        failureModeAllowed = stats.counter(prefix + "failure_mode_allowed");
        ignoredMetadata = stats.counter(prefix + "ignored_dynamic_metadata");
    }

    void ok(FilterStream stream) {
        ok.increment();
        cluster(stream, prefix + "ok");
    }

    /// Envoy: the answer counts as one of the cluster's, too, unless configured.
    void denied(FilterStream stream, int status) {
        denied.increment();
        cluster(stream, prefix + "denied");
        if (chargesCluster) {
            cluster(stream, "upstream_rq_" + status);
            cluster(stream, "upstream_rq_" + status / 100 + "xx");
            cluster(stream, "upstream_rq_completed");
        }
    }

    void error(FilterStream stream) {
        error.increment();
        cluster(stream, prefix + "error");
    }

    void failureModeAllowed(FilterStream stream) {
        failureModeAllowed.increment();
        cluster(stream, prefix + "failure_mode_allowed");
    }

    void ignoredMetadata() {
        ignoredMetadata.increment();
    }

    void disabled() {
        disabled.increment();
    }

    private void cluster(FilterStream stream, String name) {
        @Nullable String cluster = stream.upstreamClusterStatName();
        if (cluster != null) {
            root.counter("cluster." + cluster + '.' + name).increment();
        }
    }
}
