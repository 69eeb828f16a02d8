/// Places on the host's loopback, and what applications there are told.
@NullMarked
package io.meltemi.agent.explicit;

import org.jspecify.annotations.NullMarked;
