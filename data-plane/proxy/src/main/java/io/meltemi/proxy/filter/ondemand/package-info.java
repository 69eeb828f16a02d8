/// `envoy.filters.http.on_demand`: configuration that comes when a request needs it.
@NullMarked
package io.meltemi.proxy.filter.ondemand;

import org.jspecify.annotations.NullMarked;
