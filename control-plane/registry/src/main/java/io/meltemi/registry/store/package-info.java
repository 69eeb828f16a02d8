/// What outlives the process.
@NullMarked
package io.meltemi.registry.store;

import org.jspecify.annotations.NullMarked;
