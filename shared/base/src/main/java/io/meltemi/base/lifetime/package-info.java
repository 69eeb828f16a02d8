/// What is open, and how it ends.
@NullMarked
package io.meltemi.base.lifetime;

import org.jspecify.annotations.NullMarked;
