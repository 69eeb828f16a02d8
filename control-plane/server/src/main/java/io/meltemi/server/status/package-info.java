/// What the control plane can tell of itself and of its proxies.
@NullMarked
package io.meltemi.server.status;

import org.jspecify.annotations.NullMarked;
