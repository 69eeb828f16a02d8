/// Keeps a proxy's resources over delta ADS.
@NullMarked
package io.meltemi.xds.client;

import org.jspecify.annotations.NullMarked;
