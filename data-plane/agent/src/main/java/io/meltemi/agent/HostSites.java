package io.meltemi.agent;

import io.meltemi.agent.explicit.HostNetwork;
import io.meltemi.agent.explicit.HostPlaces;
import io.meltemi.agent.explicit.OrphanGuard;
import java.io.IOException;

/// A loopback address for each workload, where pods cannot be made. Thread-safe.
record HostSites(HostPlaces places, OrphanGuard orphans) implements Sites {
    static HostSites of(HostNetwork network, OrphanGuard orphans) {
        return new HostSites(new HostPlaces(network), orphans);
    }

    @Override
    public Site make(Workload workload) throws IOException {
        int ports = workload.options().ports().size();
        if (ports > 1) {
            throw new IllegalArgumentException(
                    "'%s' has %d ports; without pods a workload has one"
                            .formatted(workload.name(), ports));
        }
        return new Site.OnHost(places.take(workload.name()), orphans);
    }

    @Override
    public void remove(Site site) {
        if (site instanceof Site.OnHost(var place, var _)) {
            places.giveBack(place);
        }
    }
}
