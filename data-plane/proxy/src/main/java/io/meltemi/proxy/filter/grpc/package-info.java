/// What filters know of gRPC.
@NullMarked
package io.meltemi.proxy.filter.grpc;

import org.jspecify.annotations.NullMarked;
