@NullMarked
package io.meltemi.proxy.filter.fault;

import org.jspecify.annotations.NullMarked;
