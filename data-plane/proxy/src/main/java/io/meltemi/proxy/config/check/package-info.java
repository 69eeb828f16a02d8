/// How a configuration is refused: every problem, each with its field path.
@NullMarked
package io.meltemi.proxy.config.check;

import org.jspecify.annotations.NullMarked;
