/// Hours of load while the configuration changes: does memory stay, does every request succeed.
@NullMarked
package io.meltemi.bench.soak;

import org.jspecify.annotations.NullMarked;
