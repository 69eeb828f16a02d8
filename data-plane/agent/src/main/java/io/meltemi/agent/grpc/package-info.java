/// The agent of a program whose gRPC library speaks xDS itself: identity, files, registration.
@NullMarked
package io.meltemi.agent.grpc;

import org.jspecify.annotations.NullMarked;
