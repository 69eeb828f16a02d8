package io.meltemi.proxy.filter.network.extauthz;

import io.meltemi.proxy.observe.stats.Counter;
import io.meltemi.proxy.observe.stats.Gauge;
import io.meltemi.proxy.observe.stats.StatsScope;
import io.meltemi.proxy.observe.stats.StatsStore;

/// What became of the connections a service was asked about: Envoy's `ext_authz.PREFIX.`.
/// Thread-safe.
final class AuthzCounts {
    final Counter total;
    final Counter ok;
    final Counter denied;
    final Counter error;
    final Counter failureModeAllowed;
    final Counter connectionsClosed;
    final Gauge active;

    AuthzCounts(StatsStore stats, String prefix) {
        StatsScope scope = stats.scope("ext_authz." + prefix + '.');
        total = scope.counter("total");
        ok = scope.counter("ok");
        denied = scope.counter("denied");
        error = scope.counter("error");
        failureModeAllowed = scope.counter("failure_mode_allowed");
        connectionsClosed = scope.counter("cx_closed");
        active = scope.gauge("active");
    }
}
