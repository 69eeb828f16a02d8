package io.meltemi.galley.decode;

import io.meltemi.model.config.LocalityLb;
import io.meltemi.model.config.LocalityLb.Distribute;
import io.meltemi.model.config.LocalityLb.Failover;
import java.util.TreeMap;

/// Reads `localityLbSetting`. Immutable.
final class LocalityLbDecoder {
    private LocalityLbDecoder() {}

    static LocalityLb decode(ObjectReader locality) {
        return new LocalityLb(
                locality.bool("enabled").orElse(true),
                locality.list(
                        "distribute",
                        d ->
                                new Distribute(
                                        d.requiredString("from"),
                                        new TreeMap<>(d.integerMap("to")))),
                locality.list(
                        "failover",
                        f -> new Failover(f.requiredString("from"), f.requiredString("to"))),
                locality.strings("failoverPriority"));
    }
}
