package io.meltemi.proxy.http;

/// When access logs are written besides at an exchange's end (Envoy's `access_log_options`).
/// Immutable.
///
/// @param onRequest when the request's headers are here, before filters see them
/// @param onTunnel when an upgrade or a CONNECT was agreed to
/// @param everyNanos as long as the exchange lasts; 0: not
public record LogFlushing(boolean onRequest, boolean onTunnel, long everyNanos) {}
