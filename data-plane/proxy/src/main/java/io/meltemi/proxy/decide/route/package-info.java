/// (e) Which route a request takes and what the route says, all levels merged.
@NullMarked
package io.meltemi.proxy.decide.route;

import org.jspecify.annotations.NullMarked;
