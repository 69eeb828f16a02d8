/// Tests.
@NullMarked
package io.meltemi.cli.check;

import org.jspecify.annotations.NullMarked;
