package io.meltemi.galley.store;

import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.snapshot.ConfigSnapshot;
import java.util.List;

/// What became of one state of the sources. Immutable.
public sealed interface Publication {
    /// The configuration in force from now on.
    ConfigSnapshot inForce();

    /// What was found in the newest state, by place.
    List<Diagnostic> diagnostics();

    /// The state is in force. An error among the findings is of an object that was left out alone.
    record Accepted(ConfigSnapshot inForce, List<Diagnostic> diagnostics) implements Publication {
        public Accepted {
            diagnostics = List.copyOf(diagnostics);
        }
    }

    /// The state has errors: what was in force before stays.
    record Refused(ConfigSnapshot inForce, List<Diagnostic> diagnostics) implements Publication {
        public Refused {
            diagnostics = List.copyOf(diagnostics);
        }
    }
}
