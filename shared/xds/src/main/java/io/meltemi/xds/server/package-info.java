/// Serves snapshots over ADS.
@NullMarked
package io.meltemi.xds.server;

import org.jspecify.annotations.NullMarked;
