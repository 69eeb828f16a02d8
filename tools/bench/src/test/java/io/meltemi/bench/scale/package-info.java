@NullMarked
package io.meltemi.bench.scale;

import org.jspecify.annotations.NullMarked;
