/// Register, heartbeat, deregister: who is there.
@NullMarked
package io.meltemi.registry.catalog;

import org.jspecify.annotations.NullMarked;
