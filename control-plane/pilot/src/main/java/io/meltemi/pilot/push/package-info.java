/// Debounce, cache of translations, assembly of one proxy's snapshot.
@NullMarked
package io.meltemi.pilot.push;

import org.jspecify.annotations.NullMarked;
