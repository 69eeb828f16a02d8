@NullMarked
package io.meltemi.bench.soak;

import org.jspecify.annotations.NullMarked;
