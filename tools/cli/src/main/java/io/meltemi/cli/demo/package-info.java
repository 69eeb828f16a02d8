/// One command, the whole mesh: the shop, its pods, the live view and the checks.
@NullMarked
package io.meltemi.cli.demo;

import org.jspecify.annotations.NullMarked;
