package io.meltemi.proxy.decide.rewrite;

import com.google.re2j.Pattern;
import io.meltemi.proxy.decide.match.PathMatch;
import io.meltemi.proxy.decide.match.UriTemplate;
import java.util.List;

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

    /// Built anew of what the variables of a template matched.
    ///
    /// @param parts in order, as [Substitution] has them
    record Template(UriTemplate of, List<Substitution.Part> parts) implements PathRewrite {
        public Template {
            parts = List.copyOf(parts);
        }

        /// @param rewrite text with `{name}` for the variables of a template
        /// @throws IllegalArgumentException saying what is wrong
        public static Template parse(UriTemplate template, String rewrite) {
            if (rewrite.isEmpty() || rewrite.charAt(0) != '/') {
                throw new IllegalArgumentException("'" + rewrite + "' must begin with /");
            }
            java.util.ArrayList<Substitution.Part> parts = new java.util.ArrayList<>();
            int at = 0;
            while (at < rewrite.length()) {
                int open = rewrite.indexOf('{', at);
                int close = open < 0 ? -1 : rewrite.indexOf('}', open);
                if (open < 0 || close < 0) {
                    parts.add(literal(rewrite.substring(at), rewrite));
                    break;
                }
                if (open > at) {
                    parts.add(literal(rewrite.substring(at, open), rewrite));
                }
                String name = rewrite.substring(open + 1, close);
                int group = template.names().indexOf(name) + 1;
                if (group == 0) {
                    throw new IllegalArgumentException(
                            "{" + name + "} is no variable of '" + template.text() + "'");
                }
                parts.add(new Substitution.Part("", group));
                at = close + 1;
            }
            return new Template(template, parts);
        }

        private static Substitution.Part literal(String text, String rewrite) {
            if (!UriTemplate.isLiteral(text)) {
                throw new IllegalArgumentException(
                        "'" + rewrite + "': '" + text + "' cannot stand in a path");
            }
            return new Substitution.Part(text, -1);
        }

        @Override
        public String rewrite(String path, PathMatch match) {
            int end = PathMatch.end(path);
            var matcher = of.pattern().matcher(path.substring(0, end));
            if (!matcher.matches()) {
                return path;
            }
            StringBuilder built = new StringBuilder();
            for (int i = 0; i < parts.size(); i++) {
                Substitution.Part part = parts.get(i);
                built.append(part.group() < 0 ? part.text() : matcher.group(part.group()));
            }
            return built.append(path, end, path.length()).toString();
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
