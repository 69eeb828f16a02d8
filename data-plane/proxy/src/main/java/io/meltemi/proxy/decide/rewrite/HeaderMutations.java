package io.meltemi.proxy.decide.rewrite;

import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.http.HeaderMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Headers to remove and to add, of all levels of a route configuration. Immutable.
///
/// Envoy: each level removes first and adds then; the most specific level goes first, so that the
/// general one has the last word, unless `most_specific_header_mutations_wins`.
public record HeaderMutations(List<Level> levels) {
    public static final HeaderMutations NONE = new HeaderMutations(List.of());

    /// @param remove lower-case names
    public record Level(List<String> remove, List<Add> add) {
        public static final Level NONE = new Level(List.of(), List.of());

        public Level {
            remove = List.copyOf(remove);
            add = List.copyOf(add);
        }

        public boolean isEmpty() {
            return remove.isEmpty() && add.isEmpty();
        }
    }

    /// @param name lower case
    /// @param keepEmpty whether an empty value is added too
    public record Add(String name, HeaderTemplate value, Append append, boolean keepEmpty) {}

    /// What happens when the header is there already, or is not.
    public enum Append {
        APPEND_OR_ADD,
        /// The same for a header that can have one value only: values are joined by a comma.
        JOIN_OR_ADD,
        ADD_IF_ABSENT,
        OVERWRITE_OR_ADD,
        OVERWRITE_IF_EXISTS;

        boolean overwrites() {
            return this == OVERWRITE_OR_ADD || this == OVERWRITE_IF_EXISTS;
        }
    }

    public HeaderMutations {
        levels = List.copyOf(levels);
    }

    /// Levels in the order in which they are applied; empty ones are dropped.
    public static HeaderMutations of(List<Level> levels) {
        List<Level> used = new ArrayList<>(levels);
        used.removeIf(Level::isEmpty);
        return used.isEmpty() ? NONE : new HeaderMutations(used);
    }

    /// @param response for values made of response headers; null in the request's direction
    public void apply(HeaderMap target, RequestFacts facts, @Nullable HeaderMap response) {
        for (int i = 0; i < levels.size(); i++) {
            Level level = levels.get(i);
            for (int j = 0; j < level.remove.size(); j++) {
                target.remove(level.remove.get(j));
            }
            if (level.add.size() == 1) {
                Add only = level.add.getFirst();
                String value = value(only, target, facts, response);
                if (value != null) {
                    put(only, value, target);
                }
            } else if (!level.add.isEmpty()) {
                addAll(level.add, target, facts, response);
            }
        }
    }

    /// Envoy: every value is made, and every header that is there or not is seen, before the first
    /// of a level's headers is added; then what overwrites comes first.
    private static void addAll(
            List<Add> adds, HeaderMap target, RequestFacts facts, @Nullable HeaderMap response) {
        @Nullable String[] values = new String[adds.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(adds.get(i), target, facts, response);
        }
        for (int i = 0; i < values.length; i++) {
            String value = values[i];
            if (value != null && adds.get(i).append.overwrites()) {
                put(adds.get(i), value, target);
            }
        }
        for (int i = 0; i < values.length; i++) {
            String value = values[i];
            if (value != null && !adds.get(i).append.overwrites()) {
                put(adds.get(i), value, target);
            }
        }
    }

    /// The value to add, or null when nothing is added.
    private static @Nullable String value(
            Add add, HeaderMap target, RequestFacts facts, @Nullable HeaderMap response) {
        boolean wanted =
                switch (add.append) {
                    case APPEND_OR_ADD, JOIN_OR_ADD, OVERWRITE_OR_ADD -> true;
                    case ADD_IF_ABSENT -> !target.contains(add.name);
                    case OVERWRITE_IF_EXISTS -> target.contains(add.name);
                };
        if (!wanted) {
            return null;
        }
        String value = add.value.format(facts, response);
        return value.isEmpty() && !add.keepEmpty ? null : value;
    }

    private static void put(Add add, String value, HeaderMap target) {
        switch (add.append) {
            case APPEND_OR_ADD, ADD_IF_ABSENT -> target.add(add.name, value);
            case JOIN_OR_ADD -> {
                int at = target.indexOf(add.name, 0);
                if (at < 0) {
                    target.add(add.name, value);
                } else {
                    target.setValue(at, target.value(at) + ',' + value);
                }
            }
            case OVERWRITE_OR_ADD, OVERWRITE_IF_EXISTS -> target.set(add.name, value);
        }
    }
}
