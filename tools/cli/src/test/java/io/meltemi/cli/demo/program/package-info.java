/// Tests.
@NullMarked
package io.meltemi.cli.demo.program;

import org.jspecify.annotations.NullMarked;
