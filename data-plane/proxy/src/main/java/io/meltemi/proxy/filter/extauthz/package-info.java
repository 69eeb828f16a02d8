/// Asks a service whether a request may pass: `envoy.filters.http.ext_authz`.
@NullMarked
package io.meltemi.proxy.filter.extauthz;

import org.jspecify.annotations.NullMarked;
