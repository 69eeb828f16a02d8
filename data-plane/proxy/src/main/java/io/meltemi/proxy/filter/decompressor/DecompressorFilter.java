package io.meltemi.proxy.filter.decompressor;

import io.meltemi.proxy.decide.match.HeaderMatch;
import io.meltemi.proxy.filter.BodyStage;
import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.compression.StreamCoder;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Decompresses what comes in one coding, in both directions, and asks upstreams for it. Immutable.
///
/// Envoy: only the first of several codings is undone; both directions are on unless switched off.
final class DecompressorFilter implements HttpFilter {
    private static final String ACCEPT = "accept-encoding";
    private static final String ENCODING = "content-encoding";

    private final String coding;
    private final Supplier<StreamCoder> coders;
    private final String trailerPrefix;
    private final boolean advertises;
    private final Direction requests;
    private final Direction responses;

    /// What is done in one direction. Immutable.
    ///
    /// @param evenIfNotToTransform whether `cache-control: no-transform` is ignored
    record Direction(boolean enabled, boolean evenIfNotToTransform, DecompressorCounts counts) {}

    DecompressorFilter(
            String coding,
            Supplier<StreamCoder> coders,
            String trailerPrefix,
            boolean advertises,
            Direction requests,
            Direction responses) {
        this.coding = coding;
        this.coders = coders;
        this.trailerPrefix = trailerPrefix;
        this.advertises = advertises;
        this.requests = requests;
        this.responses = responses;
    }

    @Override
    public Verdict onRequest(FilterStream stream) {
        HeaderMap request = stream.requestHeaders();
        if (responses.enabled && advertises) {
            request.set(ACCEPT, withCoding(HeaderMatch.joined(request, ACCEPT)));
        }
        boolean empty = stream.isRequestEnded() && stream.requestBodyBytes() == 0;
        BodyStage stage = empty ? null : stage(requests, request);
        if (stage != null) {
            stream.transformRequest(stage);
        }
        return Verdict.CONTINUE;
    }

    @Override
    public void onResponse(FilterStream stream, HeaderMap response, boolean endStream) {
        BodyStage stage = endStream ? null : stage(responses, response);
        if (stage != null) {
            stream.transformResponse(stage);
        }
    }

    /// Envoy: the coding stands once, last, and without a weight.
    private String withCoding(@Nullable String accept) {
        StringBuilder all = new StringBuilder();
        for (String part : (accept == null ? "" : accept).split(",", -1)) {
            String one = part.strip();
            int semicolon = one.indexOf(';');
            String name = semicolon < 0 ? one : one.substring(0, semicolon).strip();
            if (!one.isEmpty() && !name.equals(coding)) {
                all.append(one).append(',');
            }
        }
        return all.append(coding).toString();
    }

    private @Nullable BodyStage stage(Direction direction, HeaderMap message) {
        String codings = HeaderMatch.joined(message, ENCODING);
        boolean decompresses =
                direction.enabled
                        && codings != null
                        && (direction.evenIfNotToTransform || mayTransform(message))
                        && first(codings).equalsIgnoreCase(coding);
        if (!decompresses || codings == null) {
            direction.counts.notDecompressed().increment();
            return null;
        }
        direction.counts.decompressed().increment();
        message.remove(HeaderNames.CONTENT_LENGTH);
        int comma = codings.indexOf(',');
        if (comma < 0) {
            message.remove(ENCODING);
        } else {
            message.set(ENCODING, codings.substring(comma + 1).strip());
        }
        return new DecompressorStage(coders.get(), direction.counts, trailerPrefix);
    }

    private static String first(String codings) {
        int comma = codings.indexOf(',');
        return (comma < 0 ? codings : codings.substring(0, comma)).strip();
    }

    private static boolean mayTransform(HeaderMap message) {
        String rules = HeaderMatch.joined(message, "cache-control");
        if (rules != null) {
            for (String rule : rules.split(",", -1)) {
                if (rule.strip().toLowerCase(Locale.ROOT).equals("no-transform")) {
                    return false;
                }
            }
        }
        return true;
    }
}
