@NullMarked
package io.meltemi.proxy.decide.rewrite;

import org.jspecify.annotations.NullMarked;
