package io.meltemi.proxy.decide.match;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Envoy's `QueryParameterMatcher`, compiled. Immutable.
///
/// The first parameter of the name decides; values are compared as they stand, without decoding.
///
/// @param match null: only presence counts
/// @param present without `match`: whether the parameter has to be there, or must not be
public record QueryMatch(String name, @Nullable StringMatch match, boolean present) {
    public boolean matches(String path) {
        String value = value(path, name);
        return match == null ? (value != null) == present : value != null && match.matches(value);
    }

    public static boolean allMatch(List<QueryMatch> matchers, String path) {
        for (int i = 0; i < matchers.size(); i++) {
            if (!matchers.get(i).matches(path)) {
                return false;
            }
        }
        return true;
    }

    /// The first value of a query parameter, `""` when it has none, null when it is absent.
    public static @Nullable String value(String path, String name) {
        int at = path.indexOf('?') + 1;
        if (at == 0) {
            return null;
        }
        int end = path.indexOf('#', at);
        end = end < 0 ? path.length() : end;
        while (at < end) {
            int next = path.indexOf('&', at);
            next = next < 0 || next > end ? end : next;
            if (path.startsWith(name, at) && at + name.length() <= next) {
                int after = at + name.length();
                if (after == next) {
                    return "";
                }
                if (path.charAt(after) == '=') {
                    return path.substring(after + 1, next);
                }
            }
            at = next + 1;
        }
        return null;
    }
}
