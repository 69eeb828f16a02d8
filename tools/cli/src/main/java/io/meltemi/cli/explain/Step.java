package io.meltemi.cli.explain;

import java.util.List;

/// One line of the page: what was decided, and how. Immutable.
///
/// @param about `listener`, `route`, `policies`, ...
/// @param text the answer
/// @param place where its resource is written: `shop.yaml:12`; empty when nothing is
/// @param notes what else is worth knowing, such as why others were not taken
record Step(String about, String text, String place, List<String> notes) {
    Step {
        notes = List.copyOf(notes);
    }

    static Step of(String about, String text) {
        return new Step(about, text, "", List.of());
    }
}
