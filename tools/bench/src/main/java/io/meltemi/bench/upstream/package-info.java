/// Upstreams that cost next to nothing.
@NullMarked
package io.meltemi.bench.upstream;

import org.jspecify.annotations.NullMarked;
