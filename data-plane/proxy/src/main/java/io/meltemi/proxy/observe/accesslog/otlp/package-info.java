/// Access logs by OTLP: `envoy.access_loggers.open_telemetry`.
@NullMarked
package io.meltemi.proxy.observe.accesslog.otlp;

import org.jspecify.annotations.NullMarked;
