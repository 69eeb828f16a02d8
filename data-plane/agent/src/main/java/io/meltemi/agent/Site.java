package io.meltemi.agent;

import io.meltemi.agent.explicit.HostPlace;
import io.meltemi.agent.explicit.OrphanGuard;
import io.meltemi.agent.intercept.Pod;

/// Where a workload stands. Immutable.
public sealed interface Site {
    /// Unique on this machine.
    String name();

    /// Of the workload, as callers know it.
    String address();

    /// In a pod, whose rules lead its traffic through the sidecar.
    record InPod(Pod pod) implements Site {
        @Override
        public String name() {
            return pod.name();
        }

        @Override
        public String address() {
            return pod.address().getHostAddress();
        }
    }

    /// On the host's loopback: explicit mode.
    ///
    /// @param orphans lets the application die with us: no namespace does
    record OnHost(HostPlace place, OrphanGuard orphans) implements Site {
        @Override
        public String name() {
            return place.name();
        }

        @Override
        public String address() {
            return place.address().getHostAddress();
        }
    }
}
