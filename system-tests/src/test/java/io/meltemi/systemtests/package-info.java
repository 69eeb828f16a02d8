/// The whole product, used as people use it; and the rules of its structure.
@NullMarked
package io.meltemi.systemtests;

import org.jspecify.annotations.NullMarked;
