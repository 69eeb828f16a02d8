package io.meltemi.galley.decode;

import io.meltemi.model.config.HttpRoute.CorsPolicy;
import io.meltemi.model.config.HttpRoute.UnmatchedPreflights;
import io.meltemi.model.config.StringMatch;
import java.util.List;

/// Reads a `corsPolicy`. Immutable.
final class CorsPolicyDecoder {
    private CorsPolicyDecoder() {}

    static CorsPolicy decode(ObjectReader cors) {
        List<StringMatch> origins = cors.list("allowOrigins", StringMatchDecoder::decode);
        // The older spelling: whole origins, or `*`.
        List<StringMatch> old =
                cors.strings("allowOrigin").stream()
                        .<StringMatch>map(StringMatch.Exact::new)
                        .toList();
        return new CorsPolicy(
                origins.isEmpty() ? old : origins,
                cors.strings("allowMethods"),
                cors.strings("allowHeaders"),
                cors.strings("exposeHeaders"),
                cors.duration("maxAge"),
                cors.bool("allowCredentials"),
                cors.choice("unmatchedPreflights", UnmatchedPreflights.class)
                        .orElse(UnmatchedPreflights.UNSPECIFIED));
    }
}
