/// The meltemi command.
@NullMarked
package io.meltemi.cli;

import org.jspecify.annotations.NullMarked;
