/// Where the control plane listens.
@NullMarked
package io.meltemi.server.port;

import org.jspecify.annotations.NullMarked;
