/// Tests.
@NullMarked
package io.meltemi.agent.grpc;

import org.jspecify.annotations.NullMarked;
