/// Envoy's admin API.
@NullMarked
package io.meltemi.proxy.admin;

import org.jspecify.annotations.NullMarked;
