package io.meltemi.proxy.filter.compressor;

import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import java.util.Locale;
import java.util.Set;

/// Which messages of one direction are compressed. Immutable.
///
/// @param contentTypes without parameters, lower case
/// @param statuses whose responses never are
record CompressorRules(
        boolean enabled,
        long minBytes,
        Set<String> contentTypes,
        boolean notWithEtag,
        boolean removesAcceptEncoding,
        Set<String> statuses) {
    CompressorRules {
        contentTypes = Set.copyOf(contentTypes);
        statuses = Set.copyOf(statuses);
    }

    /// A message of unknown length is taken as long enough; Envoy: a 204 has none, whatever it
    /// says.
    boolean isLongEnough(HeaderMap message) {
        String length = message.get(HeaderNames.CONTENT_LENGTH);
        if (length == null || "204".equals(message.get(HeaderNames.STATUS))) {
            return true;
        }
        try {
            return Long.parseLong(length) >= minBytes;
        } catch (NumberFormatException _) {
            return false;
        }
    }

    /// Whether it may be, whatever the client wants; what only entity tags forbid is not told here.
    boolean isCompressible(HeaderMap message) {
        return isContentTypeAllowed(message)
                && !message.contains("content-encoding")
                && !message.contains(HeaderNames.UPGRADE);
    }

    /// What only responses say. Envoy: a request is compressed even if it forbids to transform it.
    boolean isCompressibleResponse(HeaderMap response) {
        String cacheControl = response.get("cache-control");
        return isCompressible(response)
                && !statuses.contains(String.valueOf(response.get(HeaderNames.STATUS)))
                && (cacheControl == null
                        || !cacheControl.toLowerCase(Locale.ROOT).contains("no-transform"));
    }

    boolean isContentTypeAllowed(HeaderMap message) {
        String type = message.get(HeaderNames.CONTENT_TYPE);
        if (type == null || contentTypes.isEmpty()) {
            return true;
        }
        int end = type.indexOf(';');
        String plain = (end < 0 ? type : type.substring(0, end)).strip();
        return contentTypes.contains(plain.toLowerCase(Locale.ROOT));
    }
}
