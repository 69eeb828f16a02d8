/// Time that tests can turn by hand.
@NullMarked
package io.meltemi.base.time;

import org.jspecify.annotations.NullMarked;
