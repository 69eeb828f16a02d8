/// Tests of Galley as a whole.
@NullMarked
package io.meltemi.galley;

import org.jspecify.annotations.NullMarked;
