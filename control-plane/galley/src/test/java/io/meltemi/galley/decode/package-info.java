/// Tests of this package.
@NullMarked
package io.meltemi.galley.decode;

import org.jspecify.annotations.NullMarked;
