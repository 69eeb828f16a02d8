@NullMarked
package io.meltemi.proxy.fuzz;

import org.jspecify.annotations.NullMarked;
