/// Our proxy and Envoy below the same control planes: what they ask, answer and do.
@NullMarked
package io.meltemi.testkit.xds;

import org.jspecify.annotations.NullMarked;
