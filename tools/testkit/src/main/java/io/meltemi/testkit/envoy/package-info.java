/// A real Envoy as the measure of what our proxy and our xDS should do.
@NullMarked
package io.meltemi.testkit.envoy;

import org.jspecify.annotations.NullMarked;
