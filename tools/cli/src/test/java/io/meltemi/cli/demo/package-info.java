/// Tests.
@NullMarked
package io.meltemi.cli.demo;

import org.jspecify.annotations.NullMarked;
