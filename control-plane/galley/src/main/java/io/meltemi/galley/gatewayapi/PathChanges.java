package io.meltemi.galley.gatewayapi;

import com.google.re2j.Pattern;
import io.meltemi.galley.gatewayapi.RouteRule.PathChange;
import io.meltemi.galley.gatewayapi.RouteRule.Redirect;
import io.meltemi.galley.gatewayapi.RouteRule.Rewrite;
import io.meltemi.model.config.HttpRoute.HttpMatchRequest;
import io.meltemi.model.config.HttpRoute.HttpRedirect;
import io.meltemi.model.config.HttpRoute.HttpRewrite;
import io.meltemi.model.config.HttpRoute.RedirectPath;
import io.meltemi.model.config.HttpRoute.RedirectPort;
import io.meltemi.model.config.HttpRoute.RegexRewrite;
import io.meltemi.model.config.StringMatch;
import java.util.Optional;
import java.util.OptionalInt;

/// Redirects and rewrites of the Gateway API in the words of a virtual service. Immutable.
final class PathChanges {
    private PathChanges() {}

    /// Gateway API: the port is the scheme's own where a scheme is given, else the listener's.
    static HttpRedirect redirect(Redirect redirect, Optional<HttpMatchRequest> match) {
        Optional<RedirectPort> given =
                redirect.port().isPresent()
                        ? Optional.of(new RedirectPort.Fixed(redirect.port().getAsInt()))
                        : Optional.empty();
        RedirectPort port =
                given.orElseGet(() ->
                        redirect.scheme().isPresent()
                                ? new RedirectPort.FromProtocol()
                                : new RedirectPort.FromRequest());
        return new HttpRedirect(
                redirect.path().map(path -> redirected(path, prefix(match))),
                redirect.hostname(),
                Optional.of(port),
                redirect.scheme(),
                OptionalInt.of(redirect.code()));
    }

    private static RedirectPath redirected(PathChange change, String matched) {
        return switch (change) {
            case PathChange.Full(String path) -> new RedirectPath.Whole(path);
            case PathChange.Prefix(String replacement) ->
                    plain(replacement, matched)
                            .<RedirectPath>map(RedirectPath.Prefix::new)
                            .orElseGet(() -> new RedirectPath.Regex(byRegex(replacement, matched)));
        };
    }

    static HttpRewrite rewrite(Rewrite rewrite, Optional<HttpMatchRequest> match) {
        Optional<String> uri = Optional.empty();
        Optional<RegexRewrite> regex = Optional.empty();
        if (rewrite.path().isPresent()) {
            String matched = prefix(match);
            switch (rewrite.path().get()) {
                // The query is not part of what is compared.
                case PathChange.Full(String path) ->
                        regex = Optional.of(new RegexRewrite("/.*", literal(path)));
                case PathChange.Prefix(String replacement) -> {
                    uri = plain(replacement, matched);
                    if (uri.isEmpty()) {
                        regex = Optional.of(byRegex(replacement, matched));
                    }
                }
            }
        }
        return new HttpRewrite(uri, rewrite.hostname(), regex);
    }

    private static String prefix(Optional<HttpMatchRequest> match) {
        return match.flatMap(HttpMatchRequest::uri)
                .filter(StringMatch.Prefix.class::isInstance)
                .map(uri -> ((StringMatch.Prefix) uri).value())
                .orElse("/");
    }

    /// Where one text simply takes the other's place: neither is the root, whose slash would be
    /// there twice or be missed.
    private static Optional<String> plain(String replacement, String matched) {
        String segments = withoutSlash(replacement);
        return segments.isEmpty() || matched.equals("/") ? Optional.empty() : Optional.of(segments);
    }

    /// `/foo` with `/`: `/foo/bar` becomes `/bar`, and `/foo` becomes `/`.
    private static RegexRewrite byRegex(String replacement, String matched) {
        return new RegexRewrite(
                "^" + Pattern.quote(withoutSlash(matched)) + "/*(.*)",
                literal(withoutSlash(replacement)) + "/\\1");
    }

    private static String withoutSlash(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /// Envoy reads a backslash as the beginning of a group's number.
    private static String literal(String text) {
        return text.replace("\\", "\\\\");
    }
}
