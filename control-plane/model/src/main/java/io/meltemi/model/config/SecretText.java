package io.meltemi.model.config;

/// A text that nobody may see: it is never printed. Immutable.
public record SecretText(String value) {
    /// What stands in its place, as in Envoy's `/config_dump`.
    public static final String HIDDEN = "[redacted]";

    @Override
    public String toString() {
        return HIDDEN;
    }
}
