/// Checks end users' tokens: `envoy.filters.http.jwt_authn`.
@NullMarked
package io.meltemi.proxy.filter.jwt;

import org.jspecify.annotations.NullMarked;
