/// Resources the overload manager can watch.
@NullMarked
package io.meltemi.proxy.overload.monitor;

import org.jspecify.annotations.NullMarked;
