/// gRPC's own xDS, in two languages, against the control plane.
@NullMarked
package io.meltemi.testkit.grpc;

import org.jspecify.annotations.NullMarked;
