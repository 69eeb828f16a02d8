package io.meltemi.pilot.translate.endpoint;

import io.meltemi.model.config.LocalityLb.Failover;
import io.meltemi.model.service.Locality;
import io.meltemi.pilot.scope.PortEndpoint;
import io.meltemi.pilot.scope.WorkloadLabels;
import io.meltemi.pilot.translate.endpoint.Preference.Nearness;
import io.meltemi.pilot.translate.endpoint.Preference.Wanted;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which instances are called first. Thread-safe: pure.
///
/// Istio: by labels first, then by place: 0 same sub-zone, 1 same zone, 2 same region, 3 another
/// region, 4 another region that `failover` does not name.
final class Ranks {
    private static final int PLACES = 5;

    private static final String NETWORK = "topology.istio.io/network";

    private Ranks() {}

    /// The lower, the sooner; there may be gaps.
    static int of(PortEndpoint endpoint, Nearness nearness) {
        return PLACES * byLabels(endpoint, nearness.labels())
                + nearness.caller()
                        .map(c -> byPlace(c, endpoint.workload().locality(), nearness.failover()))
                        .orElse(0);
    }

    /// Istio: 0 with all the labels; the sooner one is missing, the later. Another network puts
    /// behind all of this one, if it is the first that counts.
    private static int byLabels(PortEndpoint endpoint, List<Wanted> wanted) {
        Map<String, String> labels = WorkloadLabels.of(endpoint.workload());
        int behind = 0;
        for (int i = 0; i < wanted.size(); i++) {
            Wanted each = wanted.get(i);
            if (each.value().equals(labels.getOrDefault(each.label(), ""))) {
                continue;
            }
            if (i > 0 || !each.label().equals(NETWORK)) {
                return behind + wanted.size() - i;
            }
            behind = wanted.size();
        }
        return behind;
    }

    private static int byPlace(Locality caller, Locality place, List<Failover> failover) {
        if (caller.region().equals(place.region())) {
            if (!caller.zone().equals(place.zone())) {
                return 2;
            }
            return caller.subZone().equals(place.subZone()) ? 0 : 1;
        }
        Optional<Failover> named =
                failover.stream().filter(f -> f.from().equals(caller.region())).findFirst();
        return named.isEmpty() || named.get().to().equals(place.region()) ? 3 : 4;
    }
}
