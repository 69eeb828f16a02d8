/// `envoy.filters.network.ext_authz`.
@NullMarked
package io.meltemi.proxy.filter.network.extauthz;

import org.jspecify.annotations.NullMarked;
