/// Tests.
@NullMarked
package io.meltemi.agent.workloadapi;

import org.jspecify.annotations.NullMarked;
