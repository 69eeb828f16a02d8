@NullMarked
package io.meltemi.proxy.observe;

import org.jspecify.annotations.NullMarked;
