/// `envoy.filters.network.echo`.
@NullMarked
package io.meltemi.proxy.filter.network.echo;

import org.jspecify.annotations.NullMarked;
