/// Workloads tell each other of themselves at the beginning of TCP connections: Istio's
/// `envoy.filters.network.metadata_exchange`.
@NullMarked
package io.meltemi.proxy.filter.network.metadataexchange;

import org.jspecify.annotations.NullMarked;
