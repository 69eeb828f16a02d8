/// The control plane in one process: composition root, ports, debug pages.
@NullMarked
package io.meltemi.server;

import org.jspecify.annotations.NullMarked;
