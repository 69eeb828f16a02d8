package io.meltemi.xds.server;

import io.grpc.Status;

/// The way back to one proxy, in its dialect of xDS. Confined to its session.
interface Wire {
    Dialect dialect();

    /// Whether another answer can leave without piling up; the session is told when that changes.
    boolean isReady();

    void send(Answer answer);

    /// The last call.
    void end(Status status);

    /// The two ways in which xDS says what changed.
    enum Dialect {
        /// Changed and removed resources only.
        DELTA,
        /// All clusters and listeners each time; of the other types what changed.
        STATE_OF_THE_WORLD
    }
}
