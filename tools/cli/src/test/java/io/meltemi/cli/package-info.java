/// The command line.
@NullMarked
package io.meltemi.cli;

import org.jspecify.annotations.NullMarked;
