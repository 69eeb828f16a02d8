/// Names that requests bring, and their addresses: what `DnsCacheConfig` configures.
@NullMarked
package io.meltemi.proxy.dns;

import org.jspecify.annotations.NullMarked;
