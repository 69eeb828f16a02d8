/// Sends the requests of one session to one endpoint: `envoy.filters.http.stateful_session`.
@NullMarked
package io.meltemi.proxy.filter.statefulsession;

import org.jspecify.annotations.NullMarked;
