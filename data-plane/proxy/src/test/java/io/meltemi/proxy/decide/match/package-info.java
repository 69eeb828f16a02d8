@NullMarked
package io.meltemi.proxy.decide.match;

import org.jspecify.annotations.NullMarked;
