@NullMarked
package io.meltemi.proxy.filter.buffer;

import org.jspecify.annotations.NullMarked;
