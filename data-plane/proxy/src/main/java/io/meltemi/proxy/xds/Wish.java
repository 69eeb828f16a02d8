package io.meltemi.proxy.xds;

import io.meltemi.xds.snapshot.ResourceType;

/// Something that is needed of a source. Immutable.
///
/// @param initialFetchNanos after this long one goes on without it; 0 for never
/// @param statPrefix whose statistics tell how it goes: `cluster.reviews.`
/// @param isAwaited whether one waits for it before what wishes it is in force
public record Wish(Key key, long initialFetchNanos, String statPrefix, boolean isAwaited) {
    /// One that is waited for.
    public Wish(Key key, long initialFetchNanos, String statPrefix) {
        this(key, initialFetchNanos, statPrefix, true);
    }

    /// The name that stands for all resources of a type.
    public static final String ALL = "*";

    /// What is asked for once, however many need it.
    public record Key(XdsSource source, ResourceType type, String name) {}

    public boolean isFor(ResourceType type) {
        return key.type() == type;
    }
}
