/// Carries every request. Speaks Envoy bootstrap and xDS, never Istio YAML.
@NullMarked
package io.meltemi.proxy;

import org.jspecify.annotations.NullMarked;
