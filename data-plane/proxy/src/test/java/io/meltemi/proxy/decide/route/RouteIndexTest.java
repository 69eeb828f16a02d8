package io.meltemi.proxy.decide.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import io.meltemi.fixtures.Chances;
import io.meltemi.proxy.decide.match.HeaderMatch;
import io.meltemi.proxy.decide.match.PathMatch;
import io.meltemi.proxy.decide.ratelimit.RateLimitLevels;
import io.meltemi.proxy.decide.rewrite.HeaderMutations;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.observe.tracing.RouteTrace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RouteIndexTest {
    private static final List<String> EXPRESSIONS =
            List.of("/a.*", "/.*[0-9]", "/ab?", "/(a|b)/.*", "/a/b|/b", "(?i)/A.*", "/a+", "/\\Qa");

    private static RouteEntry entry(int number, PathMatch path, List<HeaderMatch> headers) {
        RouteMatch match = new RouteMatch(path, headers, List.of(), List.of(), null, false, null);
        Route route =
                new Route(
                        "route " + number,
                        "host",
                        path,
                        new RouteAction.ToTls(),
                        HeaderMutations.NONE,
                        HeaderMutations.NONE,
                        Map.of(),
                        RateLimitLevels.NONE,
                        Map.of(),
                        RouteTrace.NONE,
                        false,
                        false,
                        false);
        return new RouteEntry(route.name(), match, route);
    }

    private static RouteEntry entry(int number, Chances chances) {
        String text = path(chances);
        boolean ignoreCase = chances.oneIn(5);
        PathMatch path =
                switch (chances.number(0, 4)) {
                    case 0, 1 -> new PathMatch.Prefix(text, ignoreCase);
                    case 2 -> new PathMatch.Exact(text, ignoreCase);
                    case 3 -> new PathMatch.SeparatedPrefix(text, ignoreCase);
                    default -> new PathMatch.Regex(Pattern.compile(chances.pick(EXPRESSIONS)));
                };
        HeaderMatch header =
                new HeaderMatch("x-a", new HeaderMatch.Presence(true), chances.oneIn(2), false);
        return entry(number, path, chances.oneIn(3) ? List.of(header) : List.of());
    }

    private static String path(Chances chances) {
        return "/" + chances.text("ab/A1;", 5);
    }

    private static @Nullable RouteEntry walk(
            List<RouteEntry> routes, HeaderMap request, String path, int end) {
        return routes.stream()
                .filter(route -> route.match().matches(path, end, request, null, 0))
                .findFirst()
                .orElse(null);
    }

    @Test
    void whatAWalkWouldFindIsFound() {
        Chances.times(
                2000,
                chances -> {
                    List<RouteEntry> routes = new ArrayList<>();
                    int size = chances.number(RouteIndex.LEAST_ROUTES, 60);
                    for (int i = 0; i < size; i++) {
                        routes.add(entry(i, chances));
                    }
                    RouteIndex index = RouteIndex.of(routes);
                    assertThat(index.isUseful()).isTrue();
                    for (int i = 0; i < 20; i++) {
                        HeaderMap request = new HeaderMap();
                        if (chances.oneIn(2)) {
                            request.add("x-a", "1");
                        }
                        String path = path(chances) + (chances.oneIn(3) ? "?q=/a" : "");
                        int end = PathMatch.end(path);

                        assertThat(index.first(request, null, path, end, 0))
                                .as(path)
                                .isSameAs(walk(routes, request, path, end));
                    }
                });
    }

    @Test
    void fewRoutesAreWalked() {
        List<RouteEntry> routes = new ArrayList<>();
        for (int i = 1; i < RouteIndex.LEAST_ROUTES; i++) {
            routes.add(entry(i, new PathMatch.Prefix("/" + i, false), List.of()));
        }

        assertThat(RouteIndex.of(routes).isUseful()).isFalse();
    }

    @Test
    void beginningsNestedWithoutEndAreWalked() {
        List<RouteEntry> routes = new ArrayList<>();
        for (int i = 1; i < 2000; i++) {
            routes.add(entry(i, new PathMatch.Prefix("/" + "a".repeat(i), false), List.of()));
        }

        assertThat(RouteIndex.of(routes).isUseful()).isFalse();
    }
}
