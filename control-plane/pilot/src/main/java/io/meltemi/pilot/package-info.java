/// Mesh snapshot times one proxy gives its xDS snapshot.
@NullMarked
package io.meltemi.pilot;

import org.jspecify.annotations.NullMarked;
