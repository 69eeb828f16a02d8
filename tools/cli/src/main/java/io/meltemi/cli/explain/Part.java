package io.meltemi.cli.explain;

import java.util.List;

/// One proxy's part of the page. Immutable.
///
/// @param proxy for people: `sidecar of shop/invoice-1, on the way out`
record Part(String proxy, List<Step> steps) {
    Part {
        steps = List.copyOf(steps);
    }
}
