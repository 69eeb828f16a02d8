@NullMarked
package io.meltemi.proxy.observe.tracing;

import org.jspecify.annotations.NullMarked;
