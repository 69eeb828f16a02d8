package io.meltemi.pilot.translate;

/// What becomes of calls to destinations that no service stands for. Immutable.
public sealed interface Elsewhere {
    /// They pass, to wherever they were going.
    record Passes() implements Elsewhere {}

    record Refused() implements Elsewhere {}

    /// They are given to a proxy of the user's.
    record Through(String cluster) implements Elsewhere {}

    /// The cluster that connections go to.
    default String cluster() {
        return switch (this) {
            case Passes _ -> ClusterNames.PASSTHROUGH;
            case Refused _ -> ClusterNames.BLACK_HOLE;
            case Through(String cluster) -> cluster;
        };
    }
}
