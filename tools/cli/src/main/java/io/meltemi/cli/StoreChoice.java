package io.meltemi.cli;

import java.nio.file.Path;
import java.util.Locale;

/// What configuration comes from besides folders. Immutable.
sealed interface StoreChoice {
    String EMBEDDED = "embedded:";

    record None() implements StoreChoice {}

    /// A cluster that is followed.
    record Kubernetes() implements StoreChoice {}

    /// A folder of the control plane's own.
    record Embedded(Path folder) implements StoreChoice {}

    /// @throws IllegalArgumentException when it is none of them
    static StoreChoice parse(String text) {
        if (text.isEmpty()) {
            return new None();
        }
        if (text.toLowerCase(Locale.ROOT).equals("kubernetes")) {
            return new Kubernetes();
        }
        if (text.startsWith(EMBEDDED) && text.length() > EMBEDDED.length()) {
            return new Embedded(Path.of(text.substring(EMBEDDED.length())));
        }
        throw new IllegalArgumentException(
                "--store '" + text + "' is neither embedded:DIR nor kubernetes");
    }
}
