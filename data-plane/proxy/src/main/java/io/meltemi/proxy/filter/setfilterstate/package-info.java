/// Keeps what its configuration says for what comes after it:
/// `envoy.filters.http.set_filter_state`.
@NullMarked
package io.meltemi.proxy.filter.setfilterstate;

import org.jspecify.annotations.NullMarked;
