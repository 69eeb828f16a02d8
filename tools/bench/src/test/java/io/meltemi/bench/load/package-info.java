@NullMarked
package io.meltemi.bench.load;

import org.jspecify.annotations.NullMarked;
