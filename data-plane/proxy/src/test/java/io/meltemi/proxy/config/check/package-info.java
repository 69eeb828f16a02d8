/// Which fields are set, and which of them are refused.
@NullMarked
package io.meltemi.proxy.config.check;

import org.jspecify.annotations.NullMarked;
