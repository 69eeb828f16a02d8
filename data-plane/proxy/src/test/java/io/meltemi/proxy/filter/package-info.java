@NullMarked
package io.meltemi.proxy.filter;

import org.jspecify.annotations.NullMarked;
