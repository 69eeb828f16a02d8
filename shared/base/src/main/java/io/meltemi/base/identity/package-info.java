/// SPIFFE names.
@NullMarked
package io.meltemi.base.identity;

import org.jspecify.annotations.NullMarked;
