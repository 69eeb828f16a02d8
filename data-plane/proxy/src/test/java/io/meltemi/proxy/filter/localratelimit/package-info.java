@NullMarked
package io.meltemi.proxy.filter.localratelimit;

import org.jspecify.annotations.NullMarked;
