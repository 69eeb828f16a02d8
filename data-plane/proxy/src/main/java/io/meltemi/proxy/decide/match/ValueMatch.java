package io.meltemi.proxy.decide.match;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Envoy's `ValueMatcher` on a value of dynamic metadata, compiled. Immutable.
public sealed interface ValueMatch {
    boolean matches(@Nullable Object value);

    record IsNull() implements ValueMatch {
        @Override
        public boolean matches(@Nullable Object value) {
            return value == null;
        }
    }

    record Text(StringMatch match) implements ValueMatch {
        @Override
        public boolean matches(@Nullable Object value) {
            return value instanceof String text && match.matches(text);
        }
    }

    /// A number in `[start, end)`; `start == end` means exactly that number.
    record InRange(double start, double end) implements ValueMatch {
        @Override
        public boolean matches(@Nullable Object value) {
            return value instanceof Double number
                    && (start == end
                            ? number.doubleValue() == start
                            : number.doubleValue() >= start && number.doubleValue() < end);
        }
    }

    record Bool(boolean expected) implements ValueMatch {
        @Override
        public boolean matches(@Nullable Object value) {
            return value instanceof Boolean bool && bool.booleanValue() == expected;
        }
    }

    /// There is a value (or, with `present` false, matches nothing: as in Envoy).
    record Presence(boolean present) implements ValueMatch {
        @Override
        public boolean matches(@Nullable Object value) {
            return present && value != null;
        }
    }

    /// At least one element of a list.
    record OneOf(ValueMatch match) implements ValueMatch {
        @Override
        public boolean matches(@Nullable Object value) {
            if (!(value instanceof List<?> list)) {
                return false;
            }
            for (int i = 0; i < list.size(); i++) {
                if (match.matches(list.get(i))) {
                    return true;
                }
            }
            return false;
        }
    }

    record Or(List<ValueMatch> matches) implements ValueMatch {
        public Or {
            matches = List.copyOf(matches);
        }

        @Override
        public boolean matches(@Nullable Object value) {
            for (int i = 0; i < matches.size(); i++) {
                if (matches.get(i).matches(value)) {
                    return true;
                }
            }
            return false;
        }
    }
}
