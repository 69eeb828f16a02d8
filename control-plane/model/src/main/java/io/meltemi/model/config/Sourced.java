package io.meltemi.model.config;

import io.meltemi.model.diagnostic.Origin;

/// A value and where it was written. Immutable.
///
/// The place takes no part in equality: shifting every line of a folder changes nothing and pushes
/// nothing.
public record Sourced<T>(T value, Origin at) {
    @Override
    public boolean equals(Object other) {
        return other instanceof Sourced<?> that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }
}
