package io.meltemi.proxy.decide.rewrite;

import com.google.re2j.Pattern;
import io.meltemi.proxy.decide.match.PathMatch;

/// How a route changes the path, compiled. Immutable.
public sealed interface PathRewrite {
    /// The new `:path`; query and fragment stay.
    String rewrite(String path, PathMatch match);

    /// What the route matched is replaced.
    record Prefix(String replacement) implements PathRewrite {
        @Override
        public String rewrite(String path, PathMatch match) {
            int length = Math.min(path.length(), match.matchedLength(PathMatch.end(path)));
            return replacement + path.substring(length);
        }
    }

    /// Every occurrence of an expression is replaced.
    record Regex(Pattern pattern, Substitution substitution) implements PathRewrite {
        @Override
        public String rewrite(String path, PathMatch match) {
            int end = PathMatch.end(path);
            return substitution.replaceAll(pattern, path.substring(0, end)) + path.substring(end);
        }
    }
}
