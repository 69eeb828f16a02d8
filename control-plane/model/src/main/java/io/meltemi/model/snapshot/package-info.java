/// Immutable, versioned views that cross module boundaries.
@NullMarked
package io.meltemi.model.snapshot;

import org.jspecify.annotations.NullMarked;
