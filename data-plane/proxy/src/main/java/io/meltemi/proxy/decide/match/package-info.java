/// What of a request is compared, and with what: parts of routes, policies and filters.
@NullMarked
package io.meltemi.proxy.decide.match;

import org.jspecify.annotations.NullMarked;
