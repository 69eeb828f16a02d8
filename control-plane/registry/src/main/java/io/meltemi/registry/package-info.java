/// Which services and instances exist and which are healthy: catalog, leases, pings.
@NullMarked
package io.meltemi.registry;

import org.jspecify.annotations.NullMarked;
