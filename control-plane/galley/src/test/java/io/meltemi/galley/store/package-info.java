/// Tests of this package.
@NullMarked
package io.meltemi.galley.store;

import org.jspecify.annotations.NullMarked;
