@NullMarked
package io.meltemi.proxy.health;

import org.jspecify.annotations.NullMarked;
