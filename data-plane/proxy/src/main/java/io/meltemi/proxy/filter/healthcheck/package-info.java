/// Answers health checks of this proxy: `envoy.filters.http.health_check`.
@NullMarked
package io.meltemi.proxy.filter.healthcheck;

import org.jspecify.annotations.NullMarked;
