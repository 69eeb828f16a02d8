package io.meltemi.pilot.translate.endpoint;

import io.meltemi.model.config.LocalityLb.Failover;
import io.meltemi.model.service.Locality;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Which instances a caller prefers. Immutable.
public sealed interface Preference {
    /// All alike, by their weights.
    record None() implements Preference {}

    /// By place; instances elsewhere get nothing.
    ///
    /// @param to percentages by place
    record Shares(SortedMap<String, Integer> to) implements Preference {
        public Shares {
            to = Collections.unmodifiableSortedMap(new TreeMap<>(to));
        }
    }

    /// The nearest first.
    ///
    /// @param labels that near instances have, the most important first; before places
    /// @param caller where the proxy stands; empty: places do not count
    /// @param failover which region comes next when the caller's own has failed
    record Nearness(List<Wanted> labels, Optional<Locality> caller, List<Failover> failover)
            implements Preference {
        public Nearness {
            labels = List.copyOf(labels);
            failover = List.copyOf(failover);
        }
    }

    /// @param value empty: the label is missing
    record Wanted(String label, String value) {}
}
