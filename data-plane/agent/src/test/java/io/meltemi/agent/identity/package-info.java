/// What the agent says to the control plane.
@NullMarked
package io.meltemi.agent.identity;

import org.jspecify.annotations.NullMarked;
