/// What the agent says to the control plane.
@NullMarked
package io.meltemi.agent.registry;

import org.jspecify.annotations.NullMarked;
