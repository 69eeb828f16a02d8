@NullMarked
package io.meltemi.proxy.filter.ratelimit;

import org.jspecify.annotations.NullMarked;
