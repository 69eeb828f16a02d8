package io.meltemi.model.config;

import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/// Istio: where two resources say different things the older one wins; of the same age, the one
/// that is first by name, then by namespace. Immutable.
///
/// What has no age goes before all that has one, in the order it comes in: a folder's order must
/// not depend on when its files were written.
public final class ByAge implements Comparator<Metadata> {
    public static final ByAge ORDER = new ByAge();

    private ByAge() {}

    @Override
    public int compare(Metadata one, Metadata other) {
        Optional<Instant> a = one.created();
        Optional<Instant> b = other.created();
        if (a.isEmpty() || b.isEmpty()) {
            return Boolean.compare(a.isPresent(), b.isPresent());
        }
        int byAge = a.get().compareTo(b.get());
        if (byAge != 0) {
            return byAge;
        }
        int byName = one.name().compareTo(other.name());
        return byName != 0 ? byName : one.namespace().compareTo(other.namespace());
    }
}
