/// Compiles the matchers that routes and filters share.
@NullMarked
package io.meltemi.proxy.config.match;

import org.jspecify.annotations.NullMarked;
