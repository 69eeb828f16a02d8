@NullMarked
package io.meltemi.pilot.scope;

import org.jspecify.annotations.NullMarked;
