/// Tests.
@NullMarked
package io.meltemi.agent.bootstrap;

import org.jspecify.annotations.NullMarked;
