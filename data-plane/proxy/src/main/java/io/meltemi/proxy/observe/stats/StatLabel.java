package io.meltemi.proxy.observe.stats;

/// A label that a statistic is given by who counts it, in place of being found in its name.
/// Immutable.
public record StatLabel(String name, String value) {}
