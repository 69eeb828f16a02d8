package io.meltemi.proxy.xds;

import io.meltemi.proxy.decide.route.XxHash64;
import io.meltemi.proxy.observe.stats.Counter;
import io.meltemi.proxy.observe.stats.Gauge;
import io.meltemi.proxy.observe.stats.StatsScope;
import io.meltemi.proxy.observe.stats.TextReadout;
import io.meltemi.xds.snapshot.ResourceType;
import org.jspecify.annotations.Nullable;

/// How a subscription goes, by Envoy's names. Confined to the configuration thread.
///
/// Envoy: on a stream `update_attempt` counts the next attempt as soon as the last one has an
/// outcome; a file is an attempt each time it is read.
final class SubscriptionStats {
    private final StatsScope scope;
    private final boolean isStreamed;
    private final Counter attempts;
    private final Counter successes;
    private final Counter failures;
    private final Counter rejections;
    private final Counter timeouts;
    private final Gauge version;
    private final Gauge updateTime;
    private final TextReadout versionText;
    private final @Nullable Counter reloads;
    private final @Nullable Counter empties;
    private final @Nullable Counter failedConfigs;
    private final @Nullable Counter conflicts;

    SubscriptionStats(StatsScope scope, ResourceType type, boolean isStreamed) {
        this.scope = scope;
        this.isStreamed = isStreamed;
        this.attempts = scope.counter("update_attempt");
        this.successes = scope.counter("update_success");
        this.failures = scope.counter("update_failure");
        this.rejections = scope.counter("update_rejected");
        this.timeouts = scope.counter("init_fetch_timeout");
        this.version = scope.gauge("version");
        this.updateTime = scope.gauge("update_time");
        this.versionText = scope.text("version_text");
        boolean routes =
                type == ResourceType.ROUTE
                        || type == ResourceType.SCOPED_ROUTE
                        || type == ResourceType.VIRTUAL_HOST;
        boolean extensions = type == ResourceType.EXTENSION;
        this.reloads =
                routes || extensions || type == ResourceType.CLUSTER
                        ? scope.counter("config_reload")
                        : null;
        this.failedConfigs = extensions ? scope.counter("config_fail") : null;
        this.conflicts = extensions ? scope.counter("config_conflict") : null;
        this.empties =
                routes || type == ResourceType.ENDPOINT ? scope.counter("update_empty") : null;
        next();
    }

    private void next() {
        if (isStreamed) {
            attempts.increment();
        }
    }

    /// A file is read.
    void attempted() {
        attempts.increment();
    }

    void succeeded(String text) {
        successes.increment();
        version.set(XxHash64.hash(text));
        versionText.set(text);
        updateTime.set(System.currentTimeMillis());
        next();
    }

    /// What is configured is not what it was.
    void reloaded() {
        if (reloads != null) {
            reloads.increment();
        }
    }

    /// The response did not have what was asked for.
    void empty() {
        if (empties != null) {
            empties.increment();
        } else if (failedConfigs != null) {
            // Envoy: to be without a filter's configuration is a change, too.
            reloaded();
        }
    }

    private void configFailed() {
        if (failedConfigs != null) {
            failedConfigs.increment();
        }
    }

    /// What is there does not suit a listener that came later.
    void conflicted() {
        if (conflicts != null) {
            conflicts.increment();
        }
    }

    void rejected() {
        rejections.increment();
        configFailed();
        next();
    }

    void failed() {
        failures.increment();
        next();
    }

    void timedOut() {
        timeouts.increment();
        configFailed();
        next();
    }

    void close() {
        scope.close();
    }
}
