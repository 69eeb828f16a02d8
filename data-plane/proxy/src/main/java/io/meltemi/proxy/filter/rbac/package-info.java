/// Who may do what: `envoy.filters.http.rbac` and `envoy.filters.network.rbac`.
@NullMarked
package io.meltemi.proxy.filter.rbac;

import org.jspecify.annotations.NullMarked;
