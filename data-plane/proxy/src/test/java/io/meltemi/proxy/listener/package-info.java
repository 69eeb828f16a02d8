/// Tests of (a): listeners and the beginning of connections.
@NullMarked
package io.meltemi.proxy.listener;

import org.jspecify.annotations.NullMarked;
