package io.meltemi.proxy.decide.match;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;

/// A path template of Envoy's `uri_template` extensions, compiled: `/shop/{id}/**`. Immutable.
///
/// `*` is one segment, `**` any number of them, `{name}` one segment with a name and `{name=a/*}` a
/// path with a name; after the last segment there may be a literal end.
///
/// @param names of the variables, in the order of the pattern's groups
public record UriTemplate(String text, Pattern pattern, List<String> names) {
    private static final int MOST_VARIABLES = 5;
    private static final int MOST_NAME = 16;

    /// RFC 3986's pchar without `*` and `=`, which the notation needs.
    private static final String CHARACTERS = "a-zA-Z0-9\\-._~%!$&'()+,;:@";

    private static final String SEGMENT = "[" + CHARACTERS + "=]+";
    private static final String REST = "[" + CHARACTERS + "=/]*";
    private static final Pattern LITERAL = Pattern.compile("[" + CHARACTERS + "]+");
    private static final Pattern PATH = Pattern.compile("[" + CHARACTERS + "/]+");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9_]*");

    public UriTemplate {
        names = List.copyOf(names);
    }

    /// @throws IllegalArgumentException saying what is wrong
    public static UriTemplate parse(String template) {
        return new Parser(template).parse();
    }

    /// Whether a text can stand in a path as it is.
    public static boolean isLiteral(String text) {
        return PATH.matches(text);
    }

    /// Reads one template. Confined to one thread.
    private static final class Parser {
        private final String template;
        private final StringBuilder pattern = new StringBuilder("/");
        private final List<String> names = new ArrayList<>();
        private boolean restSeen;

        Parser(String template) {
            this.template = template;
        }

        UriTemplate parse() {
            if (template.isEmpty() || template.charAt(0) != '/') {
                throw wrong("must begin with /");
            }
            int at = 1;
            while (at < template.length()) {
                at = segment(at);
                if (at == template.length()) {
                    break;
                }
                if (template.charAt(at) != '/') {
                    literal(template.substring(at));
                    break;
                }
                pattern.append('/');
                at++;
            }
            return new UriTemplate(template, Pattern.compile(pattern.toString()), names);
        }

        /// @return where the segment ends
        private int segment(int at) {
            if (template.charAt(at) == '{') {
                int end = template.indexOf('}', at);
                if (end < 0) {
                    throw wrong("a { without }");
                }
                variable(template.substring(at + 1, end));
                return end + 1;
            }
            if (template.charAt(at) == '*') {
                int end = template.startsWith("**", at) ? at + 2 : at + 1;
                part(template.substring(at, end));
                return end;
            }
            int slash = template.indexOf('/', at);
            int end = slash < 0 ? template.length() : slash;
            part(template.substring(at, end));
            return end;
        }

        private void variable(String variable) {
            int equals = variable.indexOf('=');
            String name = equals < 0 ? variable : variable.substring(0, equals);
            if (!NAME.matches(name) || name.length() > MOST_NAME || names.contains(name)) {
                throw wrong("'" + name + "' is no name, too long, or used twice");
            }
            if (names.size() == MOST_VARIABLES) {
                throw wrong("more than " + MOST_VARIABLES + " variables");
            }
            names.add(name);
            pattern.append('(');
            String[] parts = (equals < 0 ? "*" : variable.substring(equals + 1)).split("/", -1);
            for (int i = 0; i < parts.length; i++) {
                pattern.append(i == 0 ? "" : "/");
                part(parts[i]);
            }
            pattern.append(')');
        }

        private void part(String part) {
            boolean rest = part.equals("**");
            if (!rest && !part.equals("*")) {
                literal(part);
                return;
            }
            if (restSeen) {
                throw wrong("no * may follow a **");
            }
            restSeen = rest;
            pattern.append(rest ? REST : SEGMENT);
        }

        private void literal(String text) {
            if (!LITERAL.matches(text)) {
                throw wrong("'" + text + "' cannot stand in a path");
            }
            pattern.append(Pattern.quote(text));
        }

        private IllegalArgumentException wrong(String reason) {
            return new IllegalArgumentException("template '" + template + "': " + reason);
        }
    }
}
