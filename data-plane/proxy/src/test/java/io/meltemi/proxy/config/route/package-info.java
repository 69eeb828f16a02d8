@NullMarked
package io.meltemi.proxy.config.route;

import org.jspecify.annotations.NullMarked;
