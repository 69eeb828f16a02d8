package io.meltemi.galley.gatewayapi;

import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.ServiceEntry;
import io.meltemi.model.service.Hostname;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// The services that there are. Immutable.
///
/// @param all absent: services come and go, so nobody knows
record KnownHosts(Optional<Set<String>> all) {
    static KnownHosts of(Surroundings around) {
        return new KnownHosts(
                around.services()
                        .map(services -> {
                            Set<String> hosts = new HashSet<>();
                            services.stream().map(Hostname::value).forEach(hosts::add);
                            for (ConfigResource resource : around.resources()) {
                                if (resource instanceof ServiceEntry entry) {
                                    hosts.addAll(entry.hosts());
                                }
                            }
                            return Set.copyOf(hosts);
                        }));
    }

    boolean mayHave(String host) {
        return all.map(hosts -> hosts.contains(host)).orElse(true);
    }
}
