/// Pods, in the machine's own kernel.
@NullMarked
package io.meltemi.agent.intercept;

import org.jspecify.annotations.NullMarked;
