package io.meltemi.proxy.filter;

/// How many endpoints a cluster has at a moment, and how many of them take requests. Immutable.
public record ClusterMembership(int healthy, int total) {}
