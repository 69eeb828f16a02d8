@NullMarked
package io.meltemi.proxy.filter.statefulsession;

import org.jspecify.annotations.NullMarked;
