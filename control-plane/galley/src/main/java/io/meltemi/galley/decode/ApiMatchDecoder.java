package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.model.config.HttpRoute.HttpMatchRequest;
import io.meltemi.model.config.StringMatch;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;

/// Reads one entry under `matches` of an `HTTPRoute`. Immutable.
final class ApiMatchDecoder {
    private static final String PREFIX = "PathPrefix";
    private static final String REGEX = "RegularExpression";
    private static final String EXACT = "Exact";
    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

    static final Map<String, StringMatch> NO_VALUES = Map.of();

    private ApiMatchDecoder() {}

    static HttpMatchRequest decode(ObjectReader match) {
        Optional<StringMatch> path = match.object("path", ApiMatchDecoder::path);
        return request(
                path.or(() -> Optional.of(new StringMatch.Prefix("/"))),
                method(match),
                headers(match),
                values(match, "queryParams", name -> name));
    }

    /// What a match of the Gateway API can ask for.
    static HttpMatchRequest request(
            Optional<StringMatch> path,
            Optional<StringMatch> method,
            Map<String, StringMatch> headers,
            Map<String, StringMatch> queryParams) {
        return new HttpMatchRequest(
                Optional.empty(),
                path,
                false,
                Optional.empty(),
                method,
                Optional.empty(),
                headers,
                Map.of(),
                queryParams,
                OptionalInt.empty(),
                Map.of(),
                Optional.empty(),
                List.of(),
                Optional.empty());
    }

    static Map<String, StringMatch> headers(ObjectReader match) {
        return values(match, "headers", name -> name.toLowerCase(Locale.ROOT));
    }

    private static Optional<StringMatch> method(ObjectReader match) {
        Optional<String> method = match.string("method");
        method.filter(m -> !METHODS.contains(m))
                .ifPresent(m -> match.wrongChoice("method", m, METHODS));
        return method.map(StringMatch.Exact::new);
    }

    private static StringMatch path(ObjectReader path) {
        String type = path.string("type").orElse(PREFIX);
        String value = path.string("value").orElse("/");
        return switch (type) {
            case EXACT -> new StringMatch.Exact(value);
            case REGEX -> new StringMatch.Regex(value);
            case PREFIX -> new StringMatch.Prefix(segments(value));
            default -> {
                path.wrongChoice("type", type, List.of(EXACT, PREFIX, REGEX));
                yield new StringMatch.Exact(value);
            }
        };
    }

    /// A slash at the end says nothing.
    private static String segments(String prefix) {
        return prefix.length() > 1 && prefix.endsWith("/")
                ? prefix.substring(0, prefix.length() - 1)
                : prefix;
    }

    private record Value(String name, StringMatch match) {}

    /// Gateway API: of several spellings of one header's name the first counts.
    private static Map<String, StringMatch> values(
            ObjectReader match, String field, UnaryOperator<String> spelling) {
        Map<String, StringMatch> all = new LinkedHashMap<>();
        Set<String> written = new HashSet<>();
        List<Value> values = match.list(field, ApiMatchDecoder::value);
        for (int i = 0; i < values.size(); i++) {
            Value value = values.get(i);
            if (!written.add(value.name())) {
                match.findings()
                        .judge(
                                Code.SCHEMA,
                                match.path().field(field).item(i),
                                "'%s' stands twice in %s: all conditions of a match must hold"
                                        .formatted(ObjectReader.shown(value.name()), field));
            }
            all.putIfAbsent(spelling.apply(value.name()), value.match());
        }
        return all;
    }

    private static Value value(ObjectReader entry) {
        String name = entry.requiredString("name");
        String value = entry.requiredString("value");
        String type = entry.string("type").orElse(EXACT);
        return switch (type) {
            case EXACT -> new Value(name, new StringMatch.Exact(value));
            case REGEX -> new Value(name, new StringMatch.Regex(value));
            default -> {
                entry.wrongChoice("type", type, List.of(EXACT, REGEX));
                yield new Value(name, new StringMatch.Exact(value));
            }
        };
    }
}
