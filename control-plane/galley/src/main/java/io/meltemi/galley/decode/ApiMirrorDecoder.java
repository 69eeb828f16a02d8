package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.gatewayapi.RouteRule.Mirror;
import java.util.Optional;
import java.util.OptionalInt;

/// Reads a `requestMirror`. Immutable.
final class ApiMirrorDecoder {
    private static final double ALL = 100;

    private ApiMirrorDecoder() {}

    static Mirror decode(ObjectReader mirror) {
        OptionalInt percent = mirror.integer("percent");
        Optional<Double> fraction = mirror.object("fraction", ApiMirrorDecoder::fraction);
        if (percent.isPresent() && fraction.isPresent()) {
            mirror.exclusive("percent", "fraction");
        }
        double share = fraction.orElse(percent.isPresent() ? percent.getAsInt() : ALL);
        if (share < 0 || share > ALL) {
            mirror.findings()
                    .judge(
                            Code.SCHEMA,
                            mirror.path(),
                            "a mirror gets between 0 and all of the requests");
        }
        return new Mirror(
                mirror.object("backendRef", ApiRouteDecoder::reference)
                        .orElseGet(() -> {
                            mirror.missing("backendRef");
                            return ApiRouteDecoder.NOBODY;
                        }),
                share);
    }

    private static double fraction(ObjectReader fraction) {
        if (!fraction.has("numerator")) {
            fraction.missing("numerator");
        }
        int denominator = fraction.integer("denominator").orElse(100);
        return denominator <= 0 ? -1 : ALL * fraction.integer("numerator").orElse(0) / denominator;
    }
}
