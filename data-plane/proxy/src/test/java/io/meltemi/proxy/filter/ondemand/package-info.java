@NullMarked
package io.meltemi.proxy.filter.ondemand;

import org.jspecify.annotations.NullMarked;
