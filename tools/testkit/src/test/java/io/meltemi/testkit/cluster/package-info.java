/// Clusters of Envoy and of ours side by side: balancing, health, limits.
@org.jspecify.annotations.NullMarked
package io.meltemi.testkit.cluster;
