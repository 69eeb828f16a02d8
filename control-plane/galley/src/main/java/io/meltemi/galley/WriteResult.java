package io.meltemi.galley;

import io.meltemi.galley.source.ResourceName;
import io.meltemi.model.diagnostic.Diagnostic;
import java.util.List;

/// What became of an order to change the store: all of it was done, or nothing. Immutable.
public sealed interface WriteResult {
    /// What there is to say, by place.
    List<Diagnostic> findings();

    /// One object of the order.
    record Outcome(ResourceName name, Verb verb) {}

    /// kubectl's words.
    enum Verb {
        CREATED,
        CONFIGURED,
        UNCHANGED,
        DELETED
    }

    /// Done, or what would be done if it was only asked for.
    ///
    /// @param version of the configuration in force from then on
    record Done(List<Outcome> outcomes, List<Diagnostic> findings, long version)
            implements WriteResult {
        public Done {
            outcomes = List.copyOf(outcomes);
            findings = List.copyOf(findings);
        }
    }

    /// Nothing was changed.
    record Refused(List<Diagnostic> findings) implements WriteResult {
        public Refused {
            findings = List.copyOf(findings);
        }
    }
}
