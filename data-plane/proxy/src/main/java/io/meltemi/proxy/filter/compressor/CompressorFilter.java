package io.meltemi.proxy.filter.compressor;

import io.meltemi.proxy.decide.match.HeaderMatch;
import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Compresses responses for clients that take it. Immutable.
///
/// Envoy: a strong entity tag names the bytes of the original and is dropped, a weak one stays;
/// caches are told that the answer depends on the request even where it was not compressed.
final class CompressorFilter implements HttpFilter {
    private static final String CODING = "gzip";
    private static final String ACCEPT = "accept-encoding";
    private static final String ETAG = "etag";
    private static final String VARY = "vary";

    private final String name;
    private final CompressorRules rules;
    private final CompressorCounts counts;

    /// What a route says.
    ///
    /// @param removesAcceptEncoding null: as the filter does
    record OfRoute(boolean disabled, boolean enabled, @Nullable Boolean removesAcceptEncoding) {
        static final OfRoute NONE = new OfRoute(false, false, null);
    }

    /// What the client takes, before the upstream may have been told otherwise.
    private record Accepts(String header) {}

    CompressorFilter(String name, CompressorRules rules, CompressorCounts counts) {
        this.name = name;
        this.rules = rules;
        this.counts = counts;
    }

    private OfRoute ofRoute(FilterStream stream) {
        return stream.routeConfig(name) instanceof OfRoute own ? own : OfRoute.NONE;
    }

    private boolean isOn(OfRoute route) {
        return !route.disabled && (route.enabled || rules.enabled());
    }

    @Override
    public Verdict onRequest(FilterStream stream) {
        counts.requestNotCompressed().increment();
        HeaderMap request = stream.requestHeaders();
        String accept = HeaderMatch.joined(request, ACCEPT);
        if (accept != null) {
            stream.setState(this, new Accepts(accept));
        }
        OfRoute route = ofRoute(stream);
        Boolean removes = route.removesAcceptEncoding;
        if (isOn(route) && (removes == null ? rules.removesAcceptEncoding() : removes)) {
            request.remove(ACCEPT);
        }
        return Verdict.CONTINUE;
    }

    @Override
    public void onResponse(FilterStream stream, HeaderMap response, boolean endStream) {
        boolean candidate = isOn(ofRoute(stream)) && rules.isLongEnough(response);
        boolean compressible =
                candidate && rules.isCompressible(response) && isTagAllowed(response);
        if (!endStream && candidate && accepts(stream, response) && compressible) {
            counts.compressed().increment();
            sanitizeTag(response);
            response.remove(HeaderNames.CONTENT_LENGTH);
            response.set("content-encoding", CODING);
            stream.transformResponse(new GzipStage(rules.level(), rules.strategy(), counts));
        } else {
            counts.notCompressed().increment();
        }
        if (compressible) {
            vary(response);
        }
    }

    private boolean isTagAllowed(HeaderMap response) {
        if (rules.notWithEtag() && response.contains(ETAG)) {
            counts.notCompressedEtag().increment();
            return false;
        }
        return true;
    }

    private boolean accepts(FilterStream stream, HeaderMap response) {
        String header = stream.state(this) instanceof Accepts(String value) ? value : null;
        AcceptEncoding.Choice choice =
                AcceptEncoding.choose(header, CODING, rules.isContentTypeAllowed(response));
        switch (choice) {
            case NO_HEADER -> counts.noAcceptHeader().increment();
            case USED -> counts.headerUsed().increment();
            case WILDCARD -> counts.headerWildcard().increment();
            case IDENTITY -> counts.headerIdentity().increment();
            case NOT_VALID -> counts.headerNotValid().increment();
        }
        return choice == AcceptEncoding.Choice.USED || choice == AcceptEncoding.Choice.WILDCARD;
    }

    private static void sanitizeTag(HeaderMap response) {
        String tag = response.get(ETAG);
        if (tag != null && !(tag.length() > 2 && tag.toLowerCase(Locale.ROOT).startsWith("w/"))) {
            response.remove(ETAG);
        }
    }

    private static void vary(HeaderMap response) {
        String vary = response.get(VARY);
        if (vary == null) {
            response.add(VARY, "Accept-Encoding");
        } else if (!vary.contains("Accept-Encoding")) {
            response.set(VARY, vary + ", Accept-Encoding");
        }
    }
}
