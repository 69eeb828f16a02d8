@NullMarked
package io.meltemi.proxy.dns;

import org.jspecify.annotations.NullMarked;
