/// The mesh where pods cannot be made: a forward proxy and an environment.
@NullMarked
package io.meltemi.agent.explicit;

import org.jspecify.annotations.NullMarked;
