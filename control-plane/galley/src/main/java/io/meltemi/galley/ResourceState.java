package io.meltemi.galley;

import io.meltemi.model.diagnostic.Diagnostic;
import java.util.List;

/// A document of the newest state and what became of it. Immutable.
public record ResourceState(ReadResource resource, Standing standing) {
    /// What became of it.
    public sealed interface Standing {
        /// It is in force.
        ///
        /// @param version the configuration's that first held it as it is
        record InForce(long version) implements Standing {}

        /// Something in it is wrong; the findings about it say what.
        record Refused() implements Standing {}

        /// Nothing in it is wrong, but something beside it: texts take force together.
        ///
        /// @param because errors elsewhere
        record Held(List<Diagnostic> because) implements Standing {
            public Held {
                because = List.copyOf(because);
            }
        }
    }
}
