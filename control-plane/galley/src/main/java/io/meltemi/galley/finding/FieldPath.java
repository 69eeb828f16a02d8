package io.meltemi.galley.finding;

import java.util.ArrayList;
import java.util.List;

/// Which field of a document is meant, e.g. `spec.http[0].route`. Immutable.
///
/// @param steps field names, map keys, and list indices written as `[0]`
public record FieldPath(List<String> steps) {
    public static final FieldPath ROOT = new FieldPath(List.of());
    public static final FieldPath SPEC = ROOT.field("spec");
    public static final FieldPath METADATA = ROOT.field("metadata");

    public FieldPath {
        steps = List.copyOf(steps);
    }

    /// A field of this object, or an entry of this map.
    public FieldPath field(String name) {
        List<String> longer = new ArrayList<>(steps);
        longer.add(name);
        return new FieldPath(longer);
    }

    /// An entry of this list, counted from 0.
    public FieldPath item(int index) {
        return field("[" + index + "]");
    }

    /// Whether the other path is this one or leads further down.
    public boolean contains(FieldPath other) {
        return other.steps.size() >= steps.size()
                && other.steps.subList(0, steps.size()).equals(steps);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (String step : steps) {
            if (!text.isEmpty() && !step.startsWith("[")) {
                text.append('.');
            }
            text.append(step);
        }
        return text.toString();
    }
}
