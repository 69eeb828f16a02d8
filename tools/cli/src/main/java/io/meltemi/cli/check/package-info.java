/// What the demo promises, checked on real traffic, a line each.
@NullMarked
package io.meltemi.cli.check;

import org.jspecify.annotations.NullMarked;
