/// How many certificates the authority signs, and what one costs.
@NullMarked
package io.meltemi.bench.certificates;

import org.jspecify.annotations.NullMarked;
