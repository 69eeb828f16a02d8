/// Envoy's runtime: values by key that configuration refers to, and that can change while serving.
@NullMarked
package io.meltemi.proxy.runtime;

import org.jspecify.annotations.NullMarked;
