@NullMarked
package io.meltemi.testkit.envoy;

import org.jspecify.annotations.NullMarked;
