package io.meltemi.proxy.loadstats;

import io.meltemi.proxy.cluster.Cluster;

/// A cluster whose load can be reported. Immutable.
///
/// @param edsService its `eds_cluster_config.service_name`; empty when there is none
public record ReportedCluster(Cluster cluster, String edsService) {}
