/// Notes what its configuration says: `envoy.filters.http.set_metadata`.
@NullMarked
package io.meltemi.proxy.filter.setmetadata;

import org.jspecify.annotations.NullMarked;
