package io.meltemi.proxy.dns;

import io.meltemi.proxy.cluster.ClusterSettings.Discovery.Family;
import java.util.List;

/// One DNS cache as configured. Caches of one name have to be configured alike. Immutable.
///
/// @param name all who name it share it
/// @param refreshNanos until a name is resolved again
/// @param failureBaseNanos the first wait after a failure, which doubles with each further one
/// @param failureMaxNanos the longest of these waits
/// @param ttlNanos how long a name stays that no request asks for
/// @param maxHosts how many names there can be
/// @param maxPending how many requests can wait for names
/// @param queryNanos how long the resolver is waited for; 0: without end
/// @param known names with ports, resolved before anybody asks
public record DnsCacheSettings(
        String name,
        Family family,
        long refreshNanos,
        long failureBaseNanos,
        long failureMaxNanos,
        long ttlNanos,
        int maxHosts,
        int maxPending,
        long queryNanos,
        List<HostName> known) {
    public DnsCacheSettings {
        known = List.copyOf(known);
    }
}
