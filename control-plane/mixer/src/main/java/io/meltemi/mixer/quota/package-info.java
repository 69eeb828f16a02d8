/// Usage limits, counted over the whole mesh.
@NullMarked
package io.meltemi.mixer.quota;

import org.jspecify.annotations.NullMarked;
