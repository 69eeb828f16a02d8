@NullMarked
package io.meltemi.proxy.observe.stats;

import org.jspecify.annotations.NullMarked;
