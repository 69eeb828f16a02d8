package io.meltemi.galley.decode;

import io.meltemi.model.config.WorkloadSelector;
import java.util.Optional;

/// Reads `selector: {matchLabels: {...}}`. Immutable.
final class SelectorDecoder {
    private SelectorDecoder() {}

    static WorkloadSelector decode(ObjectReader spec) {
        Optional<WorkloadSelector> selector =
                spec.object("selector", s -> new WorkloadSelector(s.stringMap("matchLabels")));
        return selector.orElse(WorkloadSelector.ALL);
    }
}
