package io.meltemi.galley.decode;

import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.galley.source.ClusterObject;
import io.meltemi.model.diagnostic.Origin;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An object has no lines: a finding names the field. Immutable.
record ObjectPlaces(ClusterObject object) implements Findings.Places {
    /// The object and the field, or what is nearest to it.
    @Override
    public Origin at(FieldPath path) {
        FieldPath found = FieldPath.ROOT;
        Optional<Object> value = Optional.of(object.fields());
        for (String step : path.steps()) {
            value = next(value.get(), step);
            if (value.isEmpty()) {
                break;
            }
            found = found.field(step);
        }
        String field = found.toString();
        return new Origin(field.isEmpty() ? object.path() : object.path() + ":" + field, 0, 0);
    }

    @Override
    public boolean has(FieldPath path) {
        Optional<Object> value = Optional.of(object.fields());
        for (String step : path.steps()) {
            value = value.flatMap(v -> next(v, step));
        }
        return value.isPresent();
    }

    private static Optional<Object> next(Object value, String step) {
        return switch (value) {
            case Map<?, ?> map -> Optional.ofNullable(map.get(step));
            case List<?> list when step.startsWith("[") -> item(list, step);
            default -> Optional.empty();
        };
    }

    private static Optional<Object> item(List<?> list, String step) {
        int index = Integer.parseInt(step.substring(1, step.length() - 1));
        return index < list.size() ? Optional.ofNullable(list.get(index)) : Optional.empty();
    }
}
