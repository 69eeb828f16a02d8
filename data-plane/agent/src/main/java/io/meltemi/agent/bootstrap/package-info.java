/// Starts a data plane: our own proxy or a real Envoy, from the same bootstrap.
@NullMarked
package io.meltemi.agent.bootstrap;

import org.jspecify.annotations.NullMarked;
