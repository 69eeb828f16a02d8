@NullMarked
package io.meltemi.proxy.decide.route;

import org.jspecify.annotations.NullMarked;
