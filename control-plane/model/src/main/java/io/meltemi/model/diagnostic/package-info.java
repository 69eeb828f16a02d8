/// What is wrong with a configuration, where, and what to do.
@NullMarked
package io.meltemi.model.diagnostic;

import org.jspecify.annotations.NullMarked;
