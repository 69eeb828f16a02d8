/// The agent's DNS, asked over sockets.
@NullMarked
package io.meltemi.agent.dns;

import org.jspecify.annotations.NullMarked;
