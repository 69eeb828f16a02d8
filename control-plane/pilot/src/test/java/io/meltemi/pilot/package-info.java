@NullMarked
package io.meltemi.pilot;

import org.jspecify.annotations.NullMarked;
