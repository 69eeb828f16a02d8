/// Counts gRPC calls by method: `envoy.filters.http.grpc_stats`.
@NullMarked
package io.meltemi.proxy.filter.grpcstats;

import org.jspecify.annotations.NullMarked;
