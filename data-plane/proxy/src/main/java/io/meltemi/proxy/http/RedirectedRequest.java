package io.meltemi.proxy.http;

import io.meltemi.proxy.decide.route.InternalRedirects;
import java.util.List;

/// Makes the request that follows a redirect which the proxy follows itself. Immutable: pure
/// functions.
final class RedirectedRequest {
    private RedirectedRequest() {}

    /// A copy of the request, changed.
    static HeaderMap of(
            HeaderMap request,
            HeaderMap response,
            InternalRedirects.Target target,
            InternalRedirects policy) {
        HeaderMap next = request.copy();
        next.set(
                "x-envoy-original-url",
                request.get(HeaderNames.SCHEME)
                        + "://"
                        + request.get(HeaderNames.AUTHORITY)
                        + request.get(HeaderNames.PATH));
        next.set(HeaderNames.SCHEME, target.scheme());
        next.set(HeaderNames.AUTHORITY, target.host());
        next.set(HeaderNames.PATH, target.path());
        copy(policy.headersToCopy(), response, next);
        String method = request.get(HeaderNames.METHOD);
        if ("303".equals(response.get(HeaderNames.STATUS))
                && !"GET".equals(method)
                && !"HEAD".equals(method)) {
            next.set(HeaderNames.METHOD, "GET");
            next.remove(HeaderNames.CONTENT_LENGTH);
            next.remove(HeaderNames.TRANSFER_ENCODING);
        }
        return next;
    }

    /// Envoy: a header the response lacks is removed from the request, too.
    private static void copy(List<String> names, HeaderMap response, HeaderMap request) {
        for (String name : names) {
            request.remove(name);
            for (int i = response.indexOf(name, 0); i >= 0; i = response.indexOf(name, i + 1)) {
                request.add(name, response.value(i));
            }
        }
    }
}
