/// Counters, gauges and histograms under Envoy's names.
@NullMarked
package io.meltemi.proxy.observe.stats;

import org.jspecify.annotations.NullMarked;
