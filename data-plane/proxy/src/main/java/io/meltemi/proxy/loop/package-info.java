/// What everything on one event loop shares: time, timers, flushes.
@NullMarked
package io.meltemi.proxy.loop;

import org.jspecify.annotations.NullMarked;
