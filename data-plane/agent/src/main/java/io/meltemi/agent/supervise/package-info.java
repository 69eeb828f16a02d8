/// Starts, watches, probes and ends the programs of a pod.
@NullMarked
package io.meltemi.agent.supervise;

import org.jspecify.annotations.NullMarked;
