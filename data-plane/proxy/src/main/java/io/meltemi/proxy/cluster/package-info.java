/// (f) Clusters and their endpoints: load balancing, outlier detection, circuit breakers.
@NullMarked
package io.meltemi.proxy.cluster;

import org.jspecify.annotations.NullMarked;
