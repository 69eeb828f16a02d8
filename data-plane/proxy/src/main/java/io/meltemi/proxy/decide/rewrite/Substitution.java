package io.meltemi.proxy.decide.rewrite;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;

/// The replacement of an RE2 rewrite: text with `\0` to `\9` for groups. Immutable.
///
/// @param parts text or, as a number, a group
public record Substitution(List<Part> parts) {
    public Substitution {
        parts = List.copyOf(parts);
    }

    /// @param group -1 for text
    public record Part(String text, int group) {}

    /// Reads RE2's notation.
    ///
    /// @throws IllegalArgumentException for a lone backslash or a group the expression lacks
    public static Substitution parse(String notation, int groupCount) {
        List<Part> parts = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        int i = 0;
        while (i < notation.length()) {
            char c = notation.charAt(i++);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            char escaped = i < notation.length() ? notation.charAt(i++) : ' ';
            if (escaped == '\\') {
                text.append('\\');
            } else if (escaped >= '0' && escaped <= '9' && escaped - '0' <= groupCount) {
                parts.add(new Part(text.toString(), -1));
                parts.add(new Part("", escaped - '0'));
                text.setLength(0);
            } else {
                throw new IllegalArgumentException(
                        "'"
                                + notation
                                + "': after a backslash comes a backslash or the number of one of "
                                + groupCount
                                + " groups");
            }
        }
        parts.add(new Part(text.toString(), -1));
        return new Substitution(parts);
    }

    public String replaceAll(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            return text;
        }
        StringBuilder result = new StringBuilder();
        int done = 0;
        do {
            result.append(text, done, matcher.start());
            for (int i = 0; i < parts.size(); i++) {
                Part part = parts.get(i);
                String group = part.group < 0 ? part.text : matcher.group(part.group);
                result.append(group == null ? "" : group);
            }
            done = matcher.end();
        } while (matcher.find());
        return result.append(text, done, text.length()).toString();
    }
}
