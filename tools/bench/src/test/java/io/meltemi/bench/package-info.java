@NullMarked
package io.meltemi.bench;

import org.jspecify.annotations.NullMarked;
