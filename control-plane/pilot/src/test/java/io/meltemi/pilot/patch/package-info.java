@NullMarked
package io.meltemi.pilot.patch;

import org.jspecify.annotations.NullMarked;
