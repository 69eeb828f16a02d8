package io.meltemi.pilot.push;

import io.meltemi.model.config.LocalityLb;
import io.meltemi.model.config.LocalityLb.Distribute;
import io.meltemi.pilot.scope.Place;
import io.meltemi.pilot.translate.cluster.TrafficSettings;
import io.meltemi.pilot.translate.endpoint.LocalityPatterns;
import io.meltemi.pilot.translate.endpoint.Preference;
import io.meltemi.pilot.translate.endpoint.Preference.Wanted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Which instances a caller prefers, by what its rule says. Immutable: pure functions.
///
/// What comes out holds no more of the caller than counts, so that those share it for whom it is
/// the same.
final class Preferences {
    private Preferences() {}

    static Preference of(TrafficSettings policy, Place caller) {
        Optional<LocalityLb> locality = policy.locality();
        List<Distribute> distribute = locality.map(LocalityLb::distribute).orElse(List.of());
        if (policy.ignoresLocality()) {
            return new Preference.None();
        }
        if (!distribute.isEmpty()) {
            return distribute.stream()
                    .filter(d -> LocalityPatterns.covers(d.from(), caller.locality()))
                    .findFirst()
                    .<Preference>map(d -> new Preference.Shares(d.to()))
                    .orElseGet(Preference.None::new);
        }
        // Istio: traffic keeps near only where broken instances are found out.
        if (policy.outlierDetection().isEmpty()) {
            return new Preference.None();
        }
        List<LocalityLb.Failover> failover = locality.map(LocalityLb::failover).orElse(List.of());
        List<Wanted> labels =
                labels(locality.map(LocalityLb::failoverPriority).orElse(List.of()), caller);
        boolean near =
                !caller.locality().region().isEmpty() && (labels.isEmpty() || !failover.isEmpty());
        if (!near && labels.isEmpty()) {
            return new Preference.None();
        }
        return new Preference.Nearness(
                labels, near ? Optional.of(caller.locality()) : Optional.empty(), failover);
    }

    private static List<Wanted> labels(List<String> written, Place caller) {
        List<Wanted> labels = new ArrayList<>();
        for (String label : written) {
            int equals = label.indexOf('=');
            labels.add(
                    equals < 0
                            ? new Wanted(label, caller.labels().getOrDefault(label, ""))
                            : new Wanted(label.substring(0, equals), label.substring(equals + 1)));
        }
        return labels;
    }
}
