/// Tells the registry that the workload is there.
@NullMarked
package io.meltemi.agent.registry;

import org.jspecify.annotations.NullMarked;
