/// Whether and when a failed attempt is made again.
@NullMarked
package io.meltemi.proxy.decide.retry;

import org.jspecify.annotations.NullMarked;
