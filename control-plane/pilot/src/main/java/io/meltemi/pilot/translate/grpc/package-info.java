/// The same mesh for programs whose gRPC library speaks xDS itself (Istio: proxyless gRPC): what
/// Envoys get, less what gRPC would refuse or ignore. Pure.
@NullMarked
package io.meltemi.pilot.translate.grpc;

import org.jspecify.annotations.NullMarked;
