package io.meltemi.proxy.decide.route;

import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.decide.match.ConnectionMatch;
import io.meltemi.proxy.decide.match.Fraction;
import io.meltemi.proxy.decide.match.HeaderMatch;
import io.meltemi.proxy.decide.match.MetadataMatch;
import io.meltemi.proxy.decide.match.PathMatch;
import io.meltemi.proxy.decide.match.QueryMatch;
import io.meltemi.proxy.http.HeaderMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which requests a route is for. Immutable.
///
/// @param share null: all requests
/// @param grpcOnly only requests whose content type is gRPC's
/// @param connection what is asked of its connection; null: nothing
/// @param metadata what earlier filters must have noted, as after Istio's claim-based routing
public record RouteMatch(
        PathMatch path,
        List<HeaderMatch> headers,
        List<QueryMatch> query,
        List<MetadataMatch> metadata,
        @Nullable Fraction share,
        boolean grpcOnly,
        @Nullable ConnectionMatch connection) {
    public RouteMatch {
        headers = List.copyOf(headers);
        query = List.copyOf(query);
        metadata = List.copyOf(metadata);
    }

    /// For filters that choose by the same matcher.
    ///
    /// @param requestPath the whole of `:path`, `end` where its query begins
    public boolean matches(
            String requestPath,
            int end,
            HeaderMap request,
            @Nullable RequestFacts facts,
            long random) {
        return mismatch(requestPath, end, request, facts, random) == null;
    }

    /// @param requestPath the whole of `:path`, `end` where its query begins
    /// @return null for a match, or what did not match
    @Nullable String mismatch(
            String requestPath,
            int end,
            HeaderMap request,
            @Nullable RequestFacts facts,
            long random) {
        if (!pathMatches(requestPath, end, request)) {
            return "path";
        }
        if (!HeaderMatch.allMatch(headers, request)) {
            return "headers";
        }
        if (!QueryMatch.allMatch(query, requestPath)) {
            return "query parameters";
        }
        if (grpcOnly && !isGrpc(request)) {
            return "content type is not gRPC's";
        }
        if (!metadata.isEmpty() && !MetadataMatch.allMatch(metadata, facts)) {
            return "dynamic metadata";
        }
        if (connection != null && !connection.matches(facts)) {
            return "the connection's certificate or state";
        }
        if (share != null && !share.includes(random)) {
            return "not in the route's share of requests";
        }
        return null;
    }

    /// Envoy: a template sees the path as it came, parameters included.
    boolean pathMatches(String requestPath, int end, HeaderMap request) {
        String asItCame = path instanceof PathMatch.Template ? request.get(":path") : null;
        return asItCame == null
                ? path.matches(requestPath, end)
                : path.matches(asItCame, PathMatch.end(asItCame));
    }

    static boolean isGrpc(HeaderMap request) {
        String type = request.get("content-type");
        return type != null
                && type.startsWith("application/grpc")
                && (type.length() == 16 || type.charAt(16) == '+');
    }
}
