package io.meltemi.galley.finding;

import com.google.re2j.Pattern;
import java.util.Arrays;
import java.util.stream.Collectors;

/// What a caller of `validate` does not want to hear of. Immutable.
///
/// istioctl: `--suppress "IST0103=Pod *.testing"`.
///
/// @param code e.g. `IST0103`
/// @param resource as in `Pod web-1.testing`, with `*` for anything
public record Suppression(String code, Pattern resource) {
    /// @throws IllegalArgumentException when the text has another form, saying which is expected
    public static Suppression parse(String text) {
        int equals = text.indexOf('=');
        String code = equals < 0 ? "" : text.substring(0, equals).strip();
        String resource = text.substring(equals + 1).strip();
        boolean isKnown = Arrays.stream(Code.values()).anyMatch(c -> c.text().equals(code));
        if (code.isEmpty() || resource.isEmpty()) {
            throw new IllegalArgumentException(
                    "'%s' is not CODE=RESOURCE, as in \"IST0101=VirtualService *.shop\""
                            .formatted(text));
        }
        if (!isKnown) {
            throw new IllegalArgumentException("no finding has the code '%s'".formatted(code));
        }
        String expression =
                Arrays.stream(resource.split("\\*", -1))
                        .map(Pattern::quote)
                        .collect(Collectors.joining(".*"));
        return new Suppression(code, Pattern.compile(expression));
    }

    /// @param subject the resource that the finding is about, e.g. `Pod web-1.testing`
    public boolean covers(String found, String subject) {
        return found.equals(code) && resource.matches(subject);
    }
}
