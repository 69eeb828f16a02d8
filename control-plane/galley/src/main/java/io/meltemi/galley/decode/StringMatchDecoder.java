package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.model.config.StringMatch;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Reads `{exact: ...}`, `{prefix: ...}`, `{regex: ...}`, or `{}` for any value. Immutable.
final class StringMatchDecoder {
    private StringMatchDecoder() {}

    static StringMatch decode(ObjectReader reader) {
        Optional<StringMatch> exact = reader.string("exact").map(StringMatch.Exact::new);
        Optional<StringMatch> prefix = reader.string("prefix").map(StringMatch.Prefix::new);
        Optional<StringMatch> regex = reader.string("regex").map(StringMatch.Regex::new);
        List<StringMatch> given =
                Stream.of(exact, prefix, regex).flatMap(Optional::stream).toList();
        if (given.size() > 1) {
            reader.findings()
                    .unread(
                            Code.SCHEMA,
                            reader.path(),
                            reader.path() + ": only one of exact, prefix and regex may be given");
        }
        return given.isEmpty() ? new StringMatch.Present() : given.getFirst();
    }
}
