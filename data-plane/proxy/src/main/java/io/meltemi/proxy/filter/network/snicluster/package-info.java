/// `envoy.filters.network.sni_cluster`.
@NullMarked
package io.meltemi.proxy.filter.network.snicluster;

import org.jspecify.annotations.NullMarked;
