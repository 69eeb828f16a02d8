/// What applications and proxies tell of themselves by OpenTelemetry.
@NullMarked
package io.meltemi.mixer.otlp;

import org.jspecify.annotations.NullMarked;
