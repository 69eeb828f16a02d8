package io.meltemi.proxy.decide.match;

import io.meltemi.proxy.decide.RequestFacts;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Envoy's `MetadataMatcher`, compiled: looks into what filters noted. Immutable.
///
/// @param namespace the filter that noted it
public record MetadataMatch(String namespace, List<String> path, ValueMatch value, boolean invert) {
    public MetadataMatch {
        path = List.copyOf(path);
    }

    public boolean matches(@Nullable Object noted) {
        return value.matches(lookUp(noted, path)) != invert;
    }

    public static boolean allMatch(List<MetadataMatch> matchers, @Nullable RequestFacts facts) {
        for (int i = 0; i < matchers.size(); i++) {
            MetadataMatch matcher = matchers.get(i);
            Object noted = facts == null ? null : facts.dynamicMetadata(matcher.namespace);
            if (!matcher.matches(noted)) {
                return false;
            }
        }
        return true;
    }

    /// Follows keys into a tree of maps; null when there is nothing.
    public static @Nullable Object lookUp(@Nullable Object tree, List<String> path) {
        Object at = tree;
        for (int i = 0; i < path.size(); i++) {
            if (!(at instanceof Map<?, ?> map)) {
                return null;
            }
            at = map.get(path.get(i));
        }
        return at;
    }
}
