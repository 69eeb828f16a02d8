package io.meltemi.proxy.decide.route;

import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.decide.match.ConditionText;
import io.meltemi.proxy.decide.match.ConnectionMatch;
import io.meltemi.proxy.decide.match.HeaderMatch;
import io.meltemi.proxy.decide.match.MetadataMatch;
import io.meltemi.proxy.decide.match.Miss;
import io.meltemi.proxy.decide.match.PathMatch;
import io.meltemi.proxy.decide.match.QueryMatch;
import io.meltemi.proxy.http.HeaderMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Every condition of a route that a request does not meet, in words. Thread-safe: stateless.
///
/// Where [RouteMatch#mismatch] stops at the first, this looks at all, by the same matchers: none is
/// missed exactly when the route matches.
final class RouteMisses {
    private RouteMisses() {}

    /// @param requestPath the whole of `:path`, `end` where its query begins
    static List<Miss> of(
            RouteMatch match,
            String requestPath,
            int end,
            HeaderMap request,
            @Nullable RequestFacts facts,
            long random) {
        List<Miss> misses = new ArrayList<>();
        if (!match.pathMatches(requestPath, end, request)) {
            misses.add(
                    Miss.of(
                            "path",
                            ConditionText.of(match.path()),
                            false,
                            end == PathMatch.NO_PATH ? null : requestPath.substring(0, end)));
        }
        for (HeaderMatch header : match.headers()) {
            if (!header.matches(request)) {
                misses.add(ConditionText.miss(header, HeaderMatch.joined(request, header.name())));
            }
        }
        for (QueryMatch query : match.query()) {
            if (!query.matches(requestPath)) {
                misses.add(query(query, requestPath));
            }
        }
        if (match.grpcOnly() && !RouteMatch.isGrpc(request)) {
            misses.add(Miss.of("content-type", "be gRPC's", false, request.get("content-type")));
        }
        for (MetadataMatch metadata : match.metadata()) {
            if (!MetadataMatch.allMatch(List.of(metadata), facts)) {
                misses.add(metadata(metadata, facts));
            }
        }
        ConnectionMatch connection = match.connection();
        if (connection != null && !connection.matches(facts)) {
            misses.add(
                    new Miss("connection", "must have the wanted certificate or state", "has not"));
        }
        if (match.share() != null && !match.share().includes(random)) {
            misses.add(
                    new Miss("chance", "must pick it for " + match.share().text(), "picks others"));
        }
        return misses;
    }

    private static Miss query(QueryMatch query, String path) {
        String wanted =
                query.match() == null
                        ? query.present() ? "be there" : "be absent"
                        : ConditionText.of(query.match());
        return Miss.of(
                "query parameter " + query.name(),
                wanted,
                false,
                QueryMatch.value(path, query.name()));
    }

    private static Miss metadata(MetadataMatch match, @Nullable RequestFacts facts) {
        Object tree = facts == null ? null : facts.dynamicMetadata(match.namespace());
        Object value = MetadataMatch.lookUp(tree, match.path());
        return Miss.of(
                name(match),
                ConditionText.of(match.value()),
                match.invert(),
                value == null
                        ? null
                        : value instanceof Map<?, ?> ? "a structure" : value.toString());
    }

    private static String name(MetadataMatch match) {
        return match.namespace() + " " + String.join(".", match.path());
    }
}
