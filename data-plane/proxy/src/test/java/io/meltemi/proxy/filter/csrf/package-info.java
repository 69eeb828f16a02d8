@NullMarked
package io.meltemi.proxy.filter.csrf;

import org.jspecify.annotations.NullMarked;
