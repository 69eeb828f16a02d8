package io.meltemi.model.config;

/// Why something that a secret holds cannot be used. It shows nothing of it. Immutable.
///
/// @param entry the name under which it is written
public record Flaw(String entry, String why) {
    @Override
    public String toString() {
        return entry + " " + why;
    }
}
