/// `envoy.filters.network.connection_limit`.
@NullMarked
package io.meltemi.proxy.filter.network.connectionlimit;

import org.jspecify.annotations.NullMarked;
