/// Side by side with Envoy: CPU per request, latency, memory.
@NullMarked
package io.meltemi.bench;

import org.jspecify.annotations.NullMarked;
