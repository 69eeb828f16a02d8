/// `envoy.filters.network.direct_response`.
@NullMarked
package io.meltemi.proxy.filter.network.directresponse;

import org.jspecify.annotations.NullMarked;
