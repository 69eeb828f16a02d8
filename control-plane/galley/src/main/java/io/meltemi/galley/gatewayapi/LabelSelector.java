package io.meltemi.galley.gatewayapi;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which labels are meant (Kubernetes: `LabelSelector`); all conditions must hold. Immutable.
public record LabelSelector(Map<String, String> labels, List<Requirement> requirements) {
    public LabelSelector {
        labels = Map.copyOf(labels);
        requirements = List.copyOf(requirements);
    }

    public enum Operator {
        IN("In"),
        NOT_IN("NotIn"),
        EXISTS("Exists"),
        DOES_NOT_EXIST("DoesNotExist");

        private final String text;

        Operator(String text) {
            this.text = text;
        }

        /// As it is written.
        public String text() {
            return text;
        }
    }

    public record Requirement(String key, Operator operator, List<String> values) {
        public Requirement {
            values = List.copyOf(values);
        }

        boolean holds(Map<String, String> of) {
            Optional<String> value = Optional.ofNullable(of.get(key));
            return switch (operator) {
                case IN -> value.filter(values::contains).isPresent();
                case NOT_IN -> value.filter(values::contains).isEmpty();
                case EXISTS -> value.isPresent();
                case DOES_NOT_EXIST -> value.isEmpty();
            };
        }
    }

    boolean selects(Map<String, String> of) {
        return of.entrySet().containsAll(labels.entrySet())
                && requirements.stream().allMatch(r -> r.holds(of));
    }
}
