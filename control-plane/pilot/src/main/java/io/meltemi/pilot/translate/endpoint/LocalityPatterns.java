package io.meltemi.pilot.translate.endpoint;

import io.meltemi.model.service.Locality;

/// Places as rules write them: `region/zone/subzone`, where what is missing or `*` is any.
/// Thread-safe: pure.
public final class LocalityPatterns {
    private LocalityPatterns() {}

    public static boolean covers(String pattern, Locality locality) {
        Locality written = Locality.parse(pattern);
        return (written.region().equals("*") || written.region().equals(locality.region()))
                && isAnyOr(written.zone(), locality.zone())
                && isAnyOr(written.subZone(), locality.subZone());
    }

    private static boolean isAnyOr(String written, String actual) {
        return written.isEmpty() || written.equals("*") || written.equals(actual);
    }
}
