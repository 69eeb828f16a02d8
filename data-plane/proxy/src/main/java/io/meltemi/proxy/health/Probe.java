package io.meltemi.proxy.health;

import io.envoyproxy.envoy.data.core.v3.HealthCheckFailureType;

/// Checks one endpoint, over and over. Confined to its event loop.
interface Probe {
    /// Begins one check; the verdict comes now or later.
    void start();

    /// No verdict came in time: the check is given up.
    void giveUp();

    /// No more checks.
    void close();

    /// Hears how checks went. Confined to its event loop.
    interface Verdicts {
        /// @param degraded whether the endpoint says so of itself
        void passed(boolean degraded);

        /// @param retriable whether one failure of this kind is not enough
        /// @param status of the HTTP response; 0 without one
        void failed(HealthCheckFailureType type, boolean retriable, int status);
    }
}
