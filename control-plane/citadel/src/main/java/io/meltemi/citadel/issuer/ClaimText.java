package io.meltemi.citadel.issuer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A text with claims in braces: `build-{project}`. Immutable.
record ClaimText(List<Part> parts) {
    sealed interface Part {}

    record Literal(String text) implements Part {}

    /// @param path the claim, and claims inside of it
    record Claim(List<String> path) implements Part {
        Claim {
            path = List.copyOf(path);
        }

        @Override
        public String toString() {
            return String.join("/", path);
        }
    }

    ClaimText {
        parts = List.copyOf(parts);
    }

    /// @throws IllegalArgumentException when braces do not pair, or are empty
    static ClaimText parse(String text) {
        List<Part> parts = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int open = text.indexOf('{', at);
            String literal = text.substring(at, open < 0 ? text.length() : open);
            if (!literal.isEmpty()) {
                parts.add(new Literal(literal));
            }
            if (open < 0) {
                break;
            }
            int end = text.indexOf('}', open);
            if (end <= open + 1) {
                throw new IllegalArgumentException(
                        "'" + text + "' has a brace without a claim: write {sub}");
            }
            parts.add(new Claim(List.of(text.substring(open + 1, end).split("/", -1))));
            at = end + 1;
        }
        return new ClaimText(parts);
    }

    /// One segment of a SPIFFE id's path.
    ///
    /// @throws RefusedTokenException when a claim is missing, is no text, or would not fit
    String fill(Map<String, Object> claims) throws RefusedTokenException {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Literal(String literal) -> text.append(literal);
                case Claim claim -> text.append(value(claim, claims));
            }
        }
        return text.toString();
    }

    private static String value(Claim claim, Map<String, Object> claims)
            throws RefusedTokenException {
        @Nullable Object at = claims;
        for (String name : claim.path()) {
            at = at instanceof Map<?, ?> fields ? fields.get(name) : null;
        }
        if (!(at instanceof String text)) {
            throw new RefusedTokenException("it has no claim '" + claim + "' that is a text");
        }
        if (!isSegment(text)) {
            throw new RefusedTokenException(
                    "its claim '"
                            + claim
                            + "' cannot stand in an identity: only letters, digits, '.', '-', '_'");
        }
        return text;
    }

    /// SPIFFE ID §2.2: a segment has letters, digits, dots, dashes and underscores, and is not a
    /// way up.
    static boolean isSegment(String text) {
        return !text.isEmpty()
                && !text.equals(".")
                && !text.equals("..")
                && text.chars()
                        .allMatch(c ->
                                (c >= 'a' && c <= 'z')
                                        || (c >= 'A' && c <= 'Z')
                                        || (c >= '0' && c <= '9')
                                        || c == '.'
                                        || c == '-'
                                        || c == '_');
    }
}
