package io.meltemi.proxy.overload.monitor;

import java.io.IOException;

/// Measures how much of a resource is used up. Confined to the thread that asks.
@FunctionalInterface
public interface ResourceMonitor {
    /// 0 for nothing, 1 for all; more where a limit is exceeded.
    ///
    /// @throws IOException when it cannot be measured now, saying why
    double pressure() throws IOException;
}
