/// Tells a load reporting service how much of which cluster's work went where (LRS).
@NullMarked
package io.meltemi.proxy.loadstats;

import org.jspecify.annotations.NullMarked;
