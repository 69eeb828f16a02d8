package io.meltemi.proxy.config;

import com.google.protobuf.Duration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.http.LogFlushing;
import org.jspecify.annotations.Nullable;

/// Compiles when a connection manager writes access logs besides at the end. Immutable: pure
/// functions.
final class LogFlushingCompiler {
    private static final long LEAST_NANOS = 1_000_000;

    private LogFlushingCompiler() {}

    /// Null: at the end only.
    @SuppressWarnings("deprecation") // the connection manager's own fields: what older files have
    static @Nullable LogFlushing compile(HttpConnectionManager proto, ConfigPlace at) {
        if (!proto.hasAccessLogOptions()) {
            return of(
                    proto.getFlushAccessLogOnNewRequest(),
                    false,
                    proto.hasAccessLogFlushInterval() ? proto.getAccessLogFlushInterval() : null,
                    at);
        }
        if (proto.getFlushAccessLogOnNewRequest()) {
            at.field("flush_access_log_on_new_request").refuse("and access_log_options: only one");
        }
        if (proto.hasAccessLogFlushInterval()) {
            at.field("access_log_flush_interval").refuse("and access_log_options: only one");
        }
        HttpConnectionManager.HcmAccessLogOptions options = proto.getAccessLogOptions();
        return of(
                options.getFlushAccessLogOnNewRequest(),
                options.getFlushLogOnTunnelSuccessfullyEstablished(),
                options.hasAccessLogFlushInterval() ? options.getAccessLogFlushInterval() : null,
                at.field("access_log_options"));
    }

    private static @Nullable LogFlushing of(
            boolean onRequest, boolean onTunnel, @Nullable Duration interval, ConfigPlace at) {
        long nanos = 0;
        if (interval != null) {
            nanos = Durations.nanos(interval);
            if (nanos < LEAST_NANOS) {
                at.field("access_log_flush_interval").refuse("must be at least 1ms");
            }
        }
        return onRequest || onTunnel || nanos > 0
                ? new LogFlushing(onRequest, onTunnel, nanos)
                : null;
    }
}
