@NullMarked
package io.meltemi.proxy.decide;

import org.jspecify.annotations.NullMarked;
