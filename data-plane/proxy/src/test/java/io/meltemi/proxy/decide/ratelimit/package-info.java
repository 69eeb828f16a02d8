@NullMarked
package io.meltemi.proxy.decide.ratelimit;

import org.jspecify.annotations.NullMarked;
