/// `envoy.filters.network.sni_dynamic_forward_proxy`.
@NullMarked
package io.meltemi.proxy.filter.network.snidynamicforward;

import org.jspecify.annotations.NullMarked;
