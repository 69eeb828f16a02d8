/// Fakes of both ends of ADS, for tests of whoever serves or consumes it.
@NullMarked
package io.meltemi.xds.testing;

import org.jspecify.annotations.NullMarked;
