package io.meltemi.galley.decode;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.meltemi.galley.finding.Code;
import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.RateLimit;
import java.time.Duration;
import java.util.Locale;

/// Reads a `RateLimit`. Immutable.
final class RateLimitDecoder {
    private static final Pattern HEADER = Pattern.compile("request\\.headers\\[([^\\[\\]]+)\\]");

    private RateLimitDecoder() {}

    static RateLimit decode(Metadata metadata, ObjectReader spec) {
        if (!spec.has("requests")) {
            spec.missing("requests");
        }
        if (!spec.has("window")) {
            spec.missing("window");
        }
        return new RateLimit(
                metadata,
                SelectorDecoder.decode(spec),
                spec.string("key").map(text -> key(spec, text)).orElse(new RateLimit.Key.All()),
                spec.longInteger("requests").orElse(0),
                spec.duration("window").orElse(Duration.ZERO),
                // Envoy: failure_mode_deny is off by default; a lost counter is no outage.
                spec.bool("failOpen").orElse(true));
    }

    private static RateLimit.Key key(ObjectReader spec, String text) {
        if (text.equals("source.ip")) {
            return new RateLimit.Key.SourceIp();
        }
        Matcher header = HEADER.matcher(text);
        if (header.matches()) {
            return new RateLimit.Key.Header(header.group(1).toLowerCase(Locale.ROOT));
        }
        spec.findings()
                .unread(
                        Code.SCHEMA,
                        spec.path().field("key"),
                        "unknown key '%s': expected source.ip or request.headers[NAME]"
                                .formatted(ObjectReader.shown(text)));
        return new RateLimit.Key.All();
    }
}
