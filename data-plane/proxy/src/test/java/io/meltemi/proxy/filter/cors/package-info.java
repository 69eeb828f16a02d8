@NullMarked
package io.meltemi.proxy.filter.cors;

import org.jspecify.annotations.NullMarked;
