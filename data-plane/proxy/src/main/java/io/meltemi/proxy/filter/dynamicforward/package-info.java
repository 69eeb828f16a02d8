/// Looks the hosts of requests up before they go on: `envoy.filters.http.dynamic_forward_proxy`.
@NullMarked
package io.meltemi.proxy.filter.dynamicforward;

import org.jspecify.annotations.NullMarked;
