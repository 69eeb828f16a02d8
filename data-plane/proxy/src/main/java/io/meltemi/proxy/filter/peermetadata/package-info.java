/// What workloads tell each other of themselves: Istio's `envoy.filters.http.peer_metadata`.
@NullMarked
package io.meltemi.proxy.filter.peermetadata;

import org.jspecify.annotations.NullMarked;
