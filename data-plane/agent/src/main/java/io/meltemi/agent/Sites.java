package io.meltemi.agent;

import java.io.IOException;

/// Makes the sites of one machine. Thread-safe.
public interface Sites {
    /// Makes one, or nothing.
    Site make(Workload workload) throws IOException;

    /// Removes one whose programs have ended.
    void remove(Site site) throws IOException;

    /// Prepares the machine; run once, first, in the holder.
    @FunctionalInterface
    interface Maker {
        Sites make() throws IOException;
    }
}
