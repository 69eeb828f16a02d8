/// The configuration in force, and the one that was refused.
@NullMarked
package io.meltemi.galley.store;

import org.jspecify.annotations.NullMarked;
