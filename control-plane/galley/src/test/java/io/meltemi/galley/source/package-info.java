/// Tests of this package.
@NullMarked
package io.meltemi.galley.source;

import org.jspecify.annotations.NullMarked;
