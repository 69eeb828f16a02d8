package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.model.config.OutlierDetection;
import io.meltemi.model.config.OutlierDetection.LocalOrigin;
import java.util.Optional;
import java.util.OptionalInt;

/// Reads `outlierDetection`. Immutable.
final class OutlierDetectionDecoder {
    private OutlierDetectionDecoder() {}

    static OutlierDetection decode(ObjectReader outlier) {
        // Envoy's API in Java does not know it yet.
        outlier.notYet("outlierDetectionHttpErrorCodes");
        if (outlier.integer("consecutiveErrors").orElse(0) != 0) {
            outlier.findings()
                    .judge(
                            Code.WITHOUT_EFFECT,
                            outlier.path().field("consecutiveErrors"),
                            "consecutiveErrors has no effect any more: write consecutiveGatewayErrors or consecutive5xxErrors");
        }
        return new OutlierDetection(
                outlier.integer("consecutive5xxErrors"),
                outlier.integer("consecutiveGatewayErrors"),
                localOrigin(outlier),
                outlier.duration("interval"),
                outlier.duration("baseEjectionTime"),
                outlier.integer("maxEjectionPercent"),
                outlier.integer("minHealthPercent"));
    }

    private static Optional<LocalOrigin> localOrigin(ObjectReader outlier) {
        boolean split = outlier.bool("splitExternalLocalOriginErrors").orElse(false);
        OptionalInt failures = outlier.integer("consecutiveLocalOriginFailures");
        if (!split && failures.orElse(0) > 0) {
            outlier.findings()
                    .judge(
                            Code.SCHEMA,
                            outlier.path().field("consecutiveLocalOriginFailures"),
                            "consecutiveLocalOriginFailures counts nothing: set splitExternalLocalOriginErrors to true beside it");
        }
        return split ? Optional.of(new LocalOrigin(failures)) : Optional.empty();
    }
}
