/// From a RouteConfiguration to the table the data path asks.
@NullMarked
package io.meltemi.proxy.config.route;

import org.jspecify.annotations.NullMarked;
