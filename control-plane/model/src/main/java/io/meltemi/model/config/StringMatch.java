package io.meltemi.model.config;

/// How a text is compared (Istio: `StringMatch`). Immutable.
public sealed interface StringMatch {
    record Exact(String value) implements StringMatch {}

    record Prefix(String value) implements StringMatch {}

    /// @param value RE2 syntax, matches the whole text
    record Regex(String value) implements StringMatch {}

    /// Any value: the header only has to be there (Istio: an empty matcher).
    record Present() implements StringMatch {}
}
