package io.meltemi.model.snapshot;

/// The roots that the mesh's own authority is believed by now. Immutable.
///
/// @param pem one after the other; empty: nobody has said yet
public record RootSnapshot(String pem) {
    public static final RootSnapshot UNKNOWN = new RootSnapshot("");

    public boolean isKnown() {
        return !pem.isEmpty();
    }
}
