/// Programs that end, fail, and refuse to end.
@NullMarked
package io.meltemi.agent.supervise;

import org.jspecify.annotations.NullMarked;
