/// Drives traffic and counts what comes back, hiding nothing.
@NullMarked
package io.meltemi.cli.load;

import org.jspecify.annotations.NullMarked;
