package io.meltemi.proxy.filter.compressor;

import io.meltemi.proxy.decide.match.HeaderMatch;
import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.compression.CompressorLibrary;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Compresses responses for clients that take it, and requests where that is asked for. Immutable.
///
/// Envoy: a strong entity tag names the bytes of the original and is dropped, a weak one stays;
/// caches are told that the answer depends on the request even where it was not compressed. The
/// compressors of a chain decide together which of them is used.
final class CompressorFilter implements HttpFilter {
    private static final String ACCEPT = "accept-encoding";
    private static final String ENCODING = "content-encoding";
    private static final String ETAG = "etag";
    private static final String VARY = "vary";

    private final String name;
    private final CompressorLibrary library;
    private final CompressorRules requests;
    private final CompressorRules responses;
    private final boolean chooseFirst;
    private final CompressorCounts counts;

    /// What a route says.
    ///
    /// @param removesAcceptEncoding null: as the filter does
    record OfRoute(boolean disabled, boolean enabled, @Nullable Boolean removesAcceptEncoding) {
        static final OfRoute NONE = new OfRoute(false, false, null);
    }

    /// Of one exchange. Confined to its event loop.
    private static final class State {
        /// What the client takes, before the upstream may have been told otherwise.
        @Nullable String accept;

        /// What the compressors of the chain agreed on.
        AcceptEncoding.@Nullable Decision decision;
    }

    CompressorFilter(
            String name,
            CompressorLibrary library,
            CompressorRules requests,
            CompressorRules responses,
            boolean chooseFirst,
            CompressorCounts counts) {
        this.name = name;
        this.library = library;
        this.requests = requests;
        this.responses = responses;
        this.chooseFirst = chooseFirst;
        this.counts = counts;
    }

    private OfRoute ofRoute(FilterStream stream) {
        return stream.routeConfig(name) instanceof OfRoute own ? own : OfRoute.NONE;
    }

    private boolean isOn(OfRoute route) {
        return !route.disabled && (route.enabled || responses.enabled());
    }

    @Override
    public Verdict onRequest(FilterStream stream) {
        HeaderMap request = stream.requestHeaders();
        State state = new State();
        state.accept = HeaderMatch.joined(request, ACCEPT);
        stream.setState(this, state);
        OfRoute route = ofRoute(stream);
        Boolean removes = route.removesAcceptEncoding;
        if (isOn(route) && (removes == null ? responses.removesAcceptEncoding() : removes)) {
            request.remove(ACCEPT);
        }
        compressRequest(stream, request, route);
        return Verdict.CONTINUE;
    }

    private void compressRequest(FilterStream stream, HeaderMap request, OfRoute route) {
        boolean empty = stream.isRequestEnded() && stream.requestBodyBytes() == 0;
        if (!empty
                && !route.disabled
                && requests.enabled()
                && requests.isLongEnough(request)
                && requests.isCompressible(request)) {
            counts.request().compressed().increment();
            request.remove(HeaderNames.CONTENT_LENGTH);
            request.set(ENCODING, library.coding());
            stream.transformRequest(new CompressorStage(library.coders().get(), counts.request()));
        } else {
            counts.request().notCompressed().increment();
        }
    }

    @Override
    public void onResponse(FilterStream stream, HeaderMap response, boolean endStream) {
        boolean candidate = isOn(ofRoute(stream)) && responses.isLongEnough(response);
        boolean compressible =
                candidate && responses.isCompressibleResponse(response) && isTagAllowed(response);
        if (!endStream && candidate && accepts(stream, response) && compressible) {
            counts.response().compressed().increment();
            sanitizeTag(response);
            response.remove(HeaderNames.CONTENT_LENGTH);
            response.set(ENCODING, library.coding());
            stream.transformResponse(
                    new CompressorStage(library.coders().get(), counts.response()));
        } else {
            counts.response().notCompressed().increment();
        }
        if (compressible) {
            vary(response);
        }
    }

    private boolean isTagAllowed(HeaderMap response) {
        if (responses.notWithEtag() && response.contains(ETAG)) {
            counts.notCompressedEtag().increment();
            return false;
        }
        return true;
    }

    private boolean accepts(FilterStream stream, HeaderMap response) {
        String header = stream.state(this) instanceof State state ? state.accept : null;
        if (header == null) {
            counts.noAcceptHeader().increment();
            return false;
        }
        AcceptEncoding.Decision decision = agreed(stream, header, response);
        boolean mine = library.coding().equals(decision.coding());
        switch (decision.choice()) {
            case NO_HEADER -> counts.noAcceptHeader().increment();
            case USED -> (mine ? counts.headerUsed() : counts.headerOvershadowed()).increment();
            case WILDCARD -> counts.headerWildcard().increment();
            case IDENTITY -> counts.headerIdentity().increment();
            case NOT_VALID -> counts.headerNotValid().increment();
        }
        return mine;
    }

    /// What the compressor that was asked first decided for all.
    private AcceptEncoding.Decision agreed(FilterStream stream, String header, HeaderMap response) {
        List<String> offered = new ArrayList<>(2);
        String first = null;
        for (int i = 0; i < stream.filterCount(); i++) {
            if (stream.filter(i) instanceof CompressorFilter other) {
                if (stream.state(other) instanceof State state && state.decision != null) {
                    return state.decision;
                }
                if (other.responses.isContentTypeAllowed(response)) {
                    offered.add(other.library.coding());
                    first = other.chooseFirst ? other.library.coding() : first;
                }
            }
        }
        AcceptEncoding.Decision decision = AcceptEncoding.choose(header, offered, first);
        if (stream.state(this) instanceof State state) {
            state.decision = decision;
        }
        return decision;
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
