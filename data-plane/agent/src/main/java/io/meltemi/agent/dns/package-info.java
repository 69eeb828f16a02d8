/// Answers the names of the mesh inside a pod.
@NullMarked
package io.meltemi.agent.dns;

import org.jspecify.annotations.NullMarked;
