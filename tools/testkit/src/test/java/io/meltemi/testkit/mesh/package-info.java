/// Istio's YAML, through Galley and Pilot, to Envoy and to our proxy: both do the same.
@NullMarked
package io.meltemi.testkit.mesh;

import org.jspecify.annotations.NullMarked;
