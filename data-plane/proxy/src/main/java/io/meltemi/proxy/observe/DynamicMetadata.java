package io.meltemi.proxy.observe;

import org.jspecify.annotations.Nullable;

/// What filters wrote about an exchange. Confined to its event loop.
@FunctionalInterface
public interface DynamicMetadata {
    DynamicMetadata NONE = _ -> null;

    /// The value under a filter's name, or null: a [java.util.Map], list, text, number, boolean, or
    /// a protobuf `Struct` or `Value`.
    @Nullable Object get(String namespace);
}
