package io.meltemi.proxy.observe.accesslog.otlp;

import io.meltemi.proxy.observe.accesslog.als.StreamKey;
import io.opentelemetry.proto.common.v1.KeyValueList;

/// Logs with equal keys share a sender. Immutable.
///
/// @param resource what the configuration tells of the resource
/// @param builtin whether the proxy's own labels come before that
record OtlpLogKey(StreamKey target, KeyValueList resource, boolean builtin, String statPrefix) {}
