@NullMarked
package io.meltemi.proxy.decide.retry;

import org.jspecify.annotations.NullMarked;
