@NullMarked
package io.meltemi.proxy.transport;

import org.jspecify.annotations.NullMarked;
