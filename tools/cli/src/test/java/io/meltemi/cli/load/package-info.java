/// Tests.
@NullMarked
package io.meltemi.cli.load;

import org.jspecify.annotations.NullMarked;
