package io.meltemi.galley.decode;

import com.google.re2j.Pattern;
import io.meltemi.model.config.HttpRoute.CorsPolicy;
import io.meltemi.model.config.HttpRoute.UnmatchedPreflights;
import io.meltemi.model.config.StringMatch;
import java.time.Duration;
import java.util.Optional;

/// Reads a `cors` of an `HTTPRoute`. Immutable.
final class ApiCorsDecoder {
    private static final int PREFLIGHT_SECONDS = 5;

    private ApiCorsDecoder() {}

    static CorsPolicy decode(ObjectReader cors) {
        return new CorsPolicy(
                cors.strings("allowOrigins").stream().map(ApiCorsDecoder::origin).toList(),
                cors.strings("allowMethods"),
                cors.strings("allowHeaders"),
                cors.strings("exposeHeaders"),
                Optional.of(Duration.ofSeconds(cors.integer("maxAge").orElse(PREFLIGHT_SECONDS))),
                cors.bool("allowCredentials"),
                UnmatchedPreflights.IGNORE);
    }

    /// A star stands for any part of an origin.
    private static StringMatch origin(String written) {
        if (!written.contains("*")) {
            return new StringMatch.Exact(written);
        }
        return new StringMatch.Regex(Pattern.quote(written).replace("\\*", ".*"));
    }
}
