/// Fakes for tests of filters.
@NullMarked
package io.meltemi.proxy.filter.testing;

import org.jspecify.annotations.NullMarked;
