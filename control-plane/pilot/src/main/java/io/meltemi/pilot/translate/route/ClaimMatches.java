package io.meltemi.pilot.translate.route;

import io.envoyproxy.envoy.type.matcher.v3.ListMatcher;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher;
import io.envoyproxy.envoy.type.matcher.v3.OrMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ValueMatcher;
import io.meltemi.model.config.HttpRoute.HttpMatchRequest;
import io.meltemi.model.config.StringMatch;
import io.meltemi.pilot.translate.security.JwtTranslation;
import java.util.ArrayList;
import java.util.List;

/// Conditions on claims of the caller's token, which a gateway has looked at before it routes.
/// Thread-safe: pure.
///
/// Istio: `@request.auth.claims.NAME`, or `@request.auth.claims[NAME][NAME]` for what lies deeper
/// or has dots in its name.
final class ClaimMatches {
    private ClaimMatches() {}

    /// @param not whether the claim must be missing or otherwise
    static MetadataMatcher translate(String header, StringMatch match, boolean not) {
        MetadataMatcher.Builder out =
                MetadataMatcher.newBuilder().setFilter(JwtTranslation.FILTER).setInvert(not);
        out.addPath(segment(JwtTranslation.PAYLOAD));
        names(header.substring(HttpMatchRequest.CLAIM.length()))
                .forEach(name -> out.addPath(segment(name)));
        return out.setValue(value(match)).build();
    }

    private static List<String> names(String path) {
        if (path.startsWith(".")) {
            return List.of(path.substring(1).split("\\.", -1));
        }
        List<String> names = new ArrayList<>();
        int at = 0;
        while (at < path.length()) {
            int end = path.indexOf(']', at);
            names.add(path.substring(at + 1, end));
            at = end + 1;
        }
        return names;
    }

    private static MetadataMatcher.PathSegment segment(String key) {
        return MetadataMatcher.PathSegment.newBuilder().setKey(key).build();
    }

    /// A claim may have one value or a list of them.
    private static ValueMatcher value(StringMatch match) {
        return StringMatches.translate(match)
                .map(text -> ValueMatcher.newBuilder().setStringMatch(text).build())
                .map(one ->
                        ValueMatcher.newBuilder()
                                .setOrMatch(
                                        OrMatcher.newBuilder()
                                                .addValueMatchers(one)
                                                .addValueMatchers(
                                                        ValueMatcher.newBuilder()
                                                                .setListMatch(
                                                                        ListMatcher.newBuilder()
                                                                                .setOneOf(one))))
                                .build())
                .orElseGet(() -> ValueMatcher.newBuilder().setPresentMatch(true).build());
    }
}
