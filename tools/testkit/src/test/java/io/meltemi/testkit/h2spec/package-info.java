@NullMarked
package io.meltemi.testkit.h2spec;

import org.jspecify.annotations.NullMarked;
