package io.meltemi.galley.analyze;

import io.meltemi.model.service.Hostname;
import java.util.HashSet;
import java.util.Set;

/// Which services are registered, as far as the caller knows. Immutable.
///
/// @param isComplete false: there may be others, so a missing one is no finding
public record KnownServices(boolean isComplete, Set<Hostname> hosts) {
    /// Nothing is known: services come and go with their registrations.
    public static final KnownServices UNKNOWN = new KnownServices(false, Set.of());

    public KnownServices {
        hosts = Set.copyOf(hosts);
    }

    /// These too.
    public KnownServices with(Set<Hostname> more) {
        Set<Hostname> all = new HashSet<>(hosts);
        all.addAll(more);
        return new KnownServices(isComplete, all);
    }

    /// These and no others.
    public static KnownServices exactly(Set<Hostname> hosts) {
        return new KnownServices(true, hosts);
    }
}
