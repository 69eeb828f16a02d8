package io.meltemi.galley.source;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/// What is to be read again of some folders.
sealed interface Heard {
    /// Both.
    default Heard and(Heard other) {
        if (this instanceof Of(var some) && other instanceof Of(var more)) {
            Set<Path> all = new HashSet<>(some);
            all.addAll(more);
            return new Of(all);
        }
        return new Everything();
    }

    /// All of it: nobody knows what changed.
    record Everything() implements Heard {}

    /// What the file system named; nothing: nothing changed. Immutable.
    record Of(Set<Path> paths) implements Heard {
        public Of {
            paths = Set.copyOf(paths);
        }
    }
}
