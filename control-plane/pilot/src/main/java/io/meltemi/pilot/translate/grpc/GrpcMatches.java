package io.meltemi.pilot.translate.grpc;

import com.google.re2j.Pattern;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The conditions of a route as gRPC's clients can check them. Thread-safe: pure.
///
/// Two things are otherwise than in Envoy. gRPC does not show its pseudo headers to routes: what is
/// known of them is decided here. And a header that is not there fits no condition on its value,
/// not even a turned one: that takes a second route.
final class GrpcMatches {
    /// What each call of gRPC has.
    private static final Map<String, String> KNOWN = Map.of(":method", "POST", ":scheme", "http");

    private GrpcMatches() {}

    /// Each of them is enough; none: the route is never taken.
    static List<RouteMatch> of(RouteMatch whole) {
        boolean claimed =
                whole.getDynamicMetadataList().stream().allMatch(MetadataMatcher::getInvert);
        // No token was looked at, and no call of gRPC has a query.
        if (!claimed || whole.getQueryParametersCount() > 0) {
            return List.of();
        }
        RouteMatch.Builder path = RouteMatch.newBuilder();
        if (whole.hasCaseSensitive()) {
            path.setCaseSensitive(whole.getCaseSensitive());
        }
        path(path, whole);
        List<RouteMatch> all = List.of(path.build());
        for (HeaderMatcher header : whole.getHeadersList()) {
            all = and(all, alternatives(header));
        }
        return all;
    }

    private static void path(RouteMatch.Builder out, RouteMatch whole) {
        switch (whole.getPathSpecifierCase()) {
            case PREFIX -> out.setPrefix(whole.getPrefix());
            case PATH -> out.setPath(whole.getPath());
            case SAFE_REGEX -> out.setSafeRegex(whole.getSafeRegex());
            case PATH_SEPARATED_PREFIX ->
                    out.setSafeRegex(
                            RegexMatcher.newBuilder()
                                    .setRegex(
                                            Pattern.quote(whole.getPathSeparatedPrefix())
                                                    + "(/.*)?"));
            default -> throw new IllegalStateException("no path: " + whole);
        }
    }

    /// Empty inside: it always holds. Empty: it never does.
    private static List<Optional<HeaderMatcher>> alternatives(HeaderMatcher header) {
        String name = header.getName().toLowerCase(Locale.ROOT);
        if (name.startsWith(":")) {
            return holds(header, name) ? List.of(Optional.empty()) : List.of();
        }
        if (!header.hasStringMatch() || !header.getTreatMissingHeaderAsEmpty()) {
            return List.of(Optional.of(header));
        }
        List<Optional<HeaderMatcher>> both = new ArrayList<>();
        both.add(Optional.of(header.toBuilder().clearTreatMissingHeaderAsEmpty().build()));
        if (fits(header.getStringMatch(), "") != header.getInvertMatch()) {
            both.add(
                    Optional.of(
                            HeaderMatcher.newBuilder()
                                    .setName(header.getName())
                                    .setPresentMatch(true)
                                    .setInvertMatch(true)
                                    .build()));
        }
        return both;
    }

    private static boolean holds(HeaderMatcher header, String name) {
        String known = KNOWN.get(name);
        boolean fits =
                known != null && (!header.hasStringMatch() || fits(header.getStringMatch(), known));
        return fits != header.getInvertMatch();
    }

    private static boolean fits(StringMatcher matcher, String text) {
        return switch (matcher.getMatchPatternCase()) {
            case EXACT -> text.equals(matcher.getExact());
            case PREFIX -> text.startsWith(matcher.getPrefix());
            case SUFFIX -> text.endsWith(matcher.getSuffix());
            case SAFE_REGEX -> Pattern.matches(matcher.getSafeRegex().getRegex(), text);
            default -> throw new IllegalStateException("no route compares so: " + matcher);
        };
    }

    private static List<RouteMatch> and(
            List<RouteMatch> all, List<Optional<HeaderMatcher>> alternatives) {
        List<RouteMatch> out = new ArrayList<>();
        for (RouteMatch match : all) {
            for (Optional<HeaderMatcher> alternative : alternatives) {
                RouteMatch.Builder more = match.toBuilder();
                alternative.ifPresent(more::addHeaders);
                out.add(more.build());
            }
        }
        return out;
    }
}
