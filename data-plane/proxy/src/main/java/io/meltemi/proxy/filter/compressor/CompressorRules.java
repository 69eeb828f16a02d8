package io.meltemi.proxy.filter.compressor;

import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import java.util.Locale;
import java.util.Set;

/// Which responses are compressed. Immutable.
///
/// @param contentTypes without parameters, lower case
/// @param statuses whose responses never are
record CompressorRules(
        boolean enabled,
        long minBytes,
        Set<String> contentTypes,
        boolean notWithEtag,
        boolean removesAcceptEncoding,
        Set<String> statuses,
        int level,
        int strategy) {
    CompressorRules {
        contentTypes = Set.copyOf(contentTypes);
        statuses = Set.copyOf(statuses);
    }

    /// A response of unknown length is taken as long enough; Envoy: a 204 has none, whatever it
    /// says.
    boolean isLongEnough(HeaderMap response) {
        String length = response.get(HeaderNames.CONTENT_LENGTH);
        if (length == null || "204".equals(response.get(HeaderNames.STATUS))) {
            return true;
        }
        try {
            return Long.parseLong(length) >= minBytes;
        } catch (NumberFormatException _) {
            return false;
        }
    }

    /// Whether it may be, whatever the client wants; what only entity tags forbid is not told here.
    boolean isCompressible(HeaderMap response) {
        String cacheControl = response.get("cache-control");
        return isContentTypeAllowed(response)
                && !response.contains("content-encoding")
                && !response.contains(HeaderNames.UPGRADE)
                && !statuses.contains(String.valueOf(response.get(HeaderNames.STATUS)))
                && (cacheControl == null
                        || !cacheControl.toLowerCase(Locale.ROOT).contains("no-transform"));
    }

    boolean isContentTypeAllowed(HeaderMap response) {
        String type = response.get(HeaderNames.CONTENT_TYPE);
        if (type == null || contentTypes.isEmpty()) {
            return true;
        }
        int end = type.indexOf(';');
        String plain = (end < 0 ? type : type.substring(0, end)).strip();
        return contentTypes.contains(plain.toLowerCase(Locale.ROOT));
    }
}
