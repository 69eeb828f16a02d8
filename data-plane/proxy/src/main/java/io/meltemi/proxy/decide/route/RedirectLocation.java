package io.meltemi.proxy.decide.route;

import io.meltemi.proxy.decide.match.PathMatch;
import io.meltemi.proxy.decide.rewrite.PathRewrite;
import io.meltemi.proxy.http.HeaderMap;
import org.jspecify.annotations.Nullable;

/// Writes the `location` of a redirect. Immutable: pure functions.
///
/// Envoy: the port of the request's host goes when the redirect sets one, or when the scheme
/// changes and the port was the old scheme's default. A query in `path_redirect` replaces the
/// request's and is kept in spite of `strip_query`.
final class RedirectLocation {
    private RedirectLocation() {}

    static String of(RouteAction.Redirect redirect, HeaderMap request, PathMatch match) {
        String came = scheme(request);
        String scheme = redirect.scheme() == null ? came : redirect.scheme();
        StringBuilder location = new StringBuilder(scheme).append("://");
        String host = redirect.host();
        location.append(
                host == null ? requestHost(request, came, scheme, redirect.port() != 0) : host);
        if (redirect.port() != 0) {
            location.append(':').append(redirect.port());
        }
        return location.append(path(redirect, request, match)).toString();
    }

    /// The URL of the request itself.
    static String same(HeaderMap request) {
        return scheme(request)
                + "://"
                + or(request.get(":authority"), "")
                + or(request.get(":path"), "/");
    }

    private static String scheme(HeaderMap request) {
        String scheme = request.get(":scheme");
        String forwarded = scheme == null ? request.get("x-forwarded-proto") : scheme;
        return forwarded == null ? "http" : forwarded;
    }

    private static String requestHost(
            HeaderMap request, String came, String scheme, boolean portIsSet) {
        String host = or(request.get(":authority"), "");
        String bare = RouteTable.withoutPort(host);
        String port = host.substring(bare.length());
        boolean isOldDefault =
                !came.equals(scheme) && port.equals(came.equals("https") ? ":443" : ":80");
        return portIsSet || isOldDefault ? bare : host;
    }

    private static String path(RouteAction.Redirect redirect, HeaderMap request, PathMatch match) {
        String requestPath = or(request.get(":path"), "/");
        int query = requestPath.indexOf('?');
        String fixed = redirect.path();
        if (fixed != null) {
            boolean appendsQuery = query >= 0 && !redirect.stripQuery() && fixed.indexOf('?') < 0;
            return appendsQuery ? fixed + requestPath.substring(query) : fixed;
        }
        PathRewrite rewrite = redirect.rewrite();
        String path = rewrite == null ? requestPath : rewrite.rewrite(requestPath, match);
        int end = redirect.stripQuery() ? path.indexOf('?') : -1;
        return end < 0 ? path : path.substring(0, end);
    }

    private static String or(@Nullable String value, String other) {
        return value == null ? other : value;
    }
}
