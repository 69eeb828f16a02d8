/// What EnvoyFilters change in what was translated.
@NullMarked
package io.meltemi.pilot.patch;

import org.jspecify.annotations.NullMarked;
