/// A control plane in a process of its own, to be measured.
@NullMarked
package io.meltemi.bench.control;

import org.jspecify.annotations.NullMarked;
