/// What a request tells rate limit services about itself.
@NullMarked
package io.meltemi.proxy.decide.ratelimit;

import org.jspecify.annotations.NullMarked;
