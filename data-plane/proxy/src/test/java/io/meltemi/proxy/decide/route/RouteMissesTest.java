package io.meltemi.proxy.decide.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.Chances;
import io.meltemi.proxy.decide.match.Fraction;
import io.meltemi.proxy.decide.match.HeaderMatch;
import io.meltemi.proxy.decide.match.Miss;
import io.meltemi.proxy.decide.match.PathMatch;
import io.meltemi.proxy.decide.match.QueryMatch;
import io.meltemi.proxy.decide.match.StringMatch;
import io.meltemi.proxy.http.HeaderMap;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is said to be missing is missing, and nothing is when a route matches.
final class RouteMissesTest {
    @Test
    void somethingIsMissedExactlyWhenARouteDoesNotMatch() {
        Chances.times(
                2000,
                chances -> {
                    RouteMatch match =
                            new RouteMatch(
                                    path(chances),
                                    chances.list(2, () -> header(chances)),
                                    chances.list(2, () -> query(chances)),
                                    List.of(),
                                    chances.oneIn(3) ? new Fraction(50, 100) : null,
                                    chances.oneIn(5),
                                    null);
                    HeaderMap request = new HeaderMap();
                    String asked =
                            "/" + chances.text("ab", 2) + (chances.oneIn(2) ? "?a=" : "?b=b");
                    request.add(":path", asked);
                    chances.list(2, () -> chances.text("xy", 1))
                            .forEach(name -> request.add("x-" + name, chances.text("ab", 1)));
                    if (chances.oneIn(2)) {
                        request.add("content-type", "application/grpc");
                    }
                    long random = chances.number(0, 99);

                    assertThat(misses(match, request, random).isEmpty())
                            .isEqualTo(
                                    match.matches(
                                            asked, PathMatch.end(asked), request, null, random));
                });
    }

    @Test
    void eachConditionSaysWhatItWantedAndWhatThereWas() {
        HeaderMap request = new HeaderMap();
        request.add(":method", "GET");
        request.add(":path", "/cart?debug=1");
        RouteMatch match =
                new RouteMatch(
                        new PathMatch.Exact("/products", false),
                        List.of(
                                exact(":method", "POST"),
                                exact("x-user", "jane"),
                                new HeaderMatch(
                                        "x-old", new HeaderMatch.Presence(true), false, false)),
                        List.of(new QueryMatch("debug", null, false)),
                        List.of(),
                        null,
                        true,
                        null);

        assertThat(misses(match, request, 0))
                .extracting(Miss::text)
                .containsExactly(
                        "path must be \"/products\", is \"/cart\"",
                        "method must be \"POST\", is \"GET\"",
                        "header x-user must be \"jane\", is absent",
                        "header x-old must be there, is absent",
                        "query parameter debug must be absent, is \"1\"",
                        "content-type must be gRPC's, is absent");
    }

    private static List<Miss> misses(RouteMatch match, HeaderMap request, long random) {
        String path = String.valueOf(request.get(":path"));
        return RouteMisses.of(match, path, PathMatch.end(path), request, null, random);
    }

    private static HeaderMatch exact(String name, String value) {
        return new HeaderMatch(
                name, new HeaderMatch.Value(new StringMatch.Exact(value, false)), false, false);
    }

    private static PathMatch path(Chances chances) {
        String text = "/" + chances.text("ab", 2);
        return switch (chances.number(0, 2)) {
            case 0 -> new PathMatch.Exact(text, chances.oneIn(3));
            case 1 -> new PathMatch.Prefix(text, false);
            default -> new PathMatch.SeparatedPrefix(text, false);
        };
    }

    private static HeaderMatch header(Chances chances) {
        HeaderMatch.Test test =
                chances.oneIn(2)
                        ? new HeaderMatch.Presence(chances.oneIn(2))
                        : new HeaderMatch.Value(
                                new StringMatch.Prefix(chances.text("ab", 1), false));
        return new HeaderMatch(
                "x-" + chances.text("xy", 1), test, chances.oneIn(3), chances.oneIn(3));
    }

    private static QueryMatch query(Chances chances) {
        return chances.oneIn(2)
                ? new QueryMatch("a", null, chances.oneIn(2))
                : new QueryMatch(
                        chances.oneIn(2) ? "a" : "b",
                        new StringMatch.Exact(chances.text("ab", 1), false),
                        true);
    }
}
