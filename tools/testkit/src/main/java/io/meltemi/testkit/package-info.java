/// Runs a real Envoy beside our proxy and compares what both do.
@NullMarked
package io.meltemi.testkit;

import org.jspecify.annotations.NullMarked;
