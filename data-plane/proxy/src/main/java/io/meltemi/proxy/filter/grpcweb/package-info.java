/// Lets browsers call gRPC services: `envoy.filters.http.grpc_web`.
@NullMarked
package io.meltemi.proxy.filter.grpcweb;

import org.jspecify.annotations.NullMarked;
