package io.meltemi.proxy.cluster;

/// What it means for endpoints that their health is checked actively. Immutable.
///
/// @param excludesUnchecked whether a new endpoint does not count before its first check (Envoy's
///   `ignore_new_hosts_until_first_hc`)
/// @param keepsPassing whether an endpoint that discovery names no more stays while its checks pass
///   (unless `ignore_health_on_host_removal`)
public record ActiveChecks(boolean excludesUnchecked, boolean keepsPassing) {}
