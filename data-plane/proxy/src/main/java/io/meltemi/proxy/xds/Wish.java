package io.meltemi.proxy.xds;

import io.meltemi.xds.snapshot.ResourceType;

/// Something that is needed of a source. Immutable.
///
/// @param initialFetchNanos after this long one goes on without it; 0 for never
/// @param statPrefix whose statistics tell how it goes: `cluster.reviews.`
public record Wish(Key key, long initialFetchNanos, String statPrefix) {
    /// The name that stands for all resources of a type.
    public static final String ALL = "*";

    /// What is asked for once, however many need it.
    public record Key(XdsSource source, ResourceType type, String name) {}

    public boolean isFor(ResourceType type) {
        return key.type() == type;
    }
}
