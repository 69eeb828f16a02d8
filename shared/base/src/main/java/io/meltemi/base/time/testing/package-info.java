/// Fakes of time.
@NullMarked
package io.meltemi.base.time.testing;

import org.jspecify.annotations.NullMarked;
