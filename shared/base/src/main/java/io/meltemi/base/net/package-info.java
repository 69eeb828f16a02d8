/// Addresses.
@NullMarked
package io.meltemi.base.net;

import org.jspecify.annotations.NullMarked;
