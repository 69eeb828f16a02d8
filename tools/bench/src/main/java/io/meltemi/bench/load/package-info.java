/// Programs that make load, and what they report.
@NullMarked
package io.meltemi.bench.load;

import org.jspecify.annotations.NullMarked;
