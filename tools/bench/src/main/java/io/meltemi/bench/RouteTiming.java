package io.meltemi.bench;

import io.meltemi.proxy.decide.match.PathMatch;
import io.meltemi.proxy.decide.ratelimit.RateLimitLevels;
import io.meltemi.proxy.decide.rewrite.HeaderMutations;
import io.meltemi.proxy.decide.route.Route;
import io.meltemi.proxy.decide.route.RouteAction;
import io.meltemi.proxy.decide.route.RouteEntry;
import io.meltemi.proxy.decide.route.RouteMatch;
import io.meltemi.proxy.decide.route.RouteTable;
import io.meltemi.proxy.decide.route.VirtualHost;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.observe.tracing.RouteTrace;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How long it takes to find a route among 1, 100 and 5,000 of one virtual host: exact paths and
/// beginnings by turns. Thread-safe: without state.
public final class RouteTiming {
    private static final int[] SIZES = {1, 100, 5000};
    private static final int ROUNDS = 7;
    private static final int CALLS = 200_000;

    private RouteTiming() {}

    /// Prints the middle and the ends of some rounds, in nanoseconds of CPU a request.
    public static void main(String[] args) {
        for (int size : SIZES) {
            System.out.printf(
                    Locale.ROOT, "%5d routes: %s ns a request%n", size, measure(size, CALLS));
        }
    }

    /// Nanoseconds of CPU a request; requests go to all routes by turns.
    static Spread measure(int size, int calls) {
        RouteTable table = table(size);
        List<HeaderMap> requests = new ArrayList<>();
        for (int i = 0; i < Math.min(size, 64); i++) {
            requests.add(request((int) ((long) i * size / Math.min(size, 64))));
        }
        List<Double> rounds = new ArrayList<>();
        for (int round = 0; round <= ROUNDS; round++) {
            long began = cpuNanos();
            for (int i = 0; i < calls; i++) {
                if (table.select(requests.get(i % requests.size()), i) == null) {
                    throw new IllegalStateException("a request found no route");
                }
            }
            // The first round is for the compiler.
            if (round > 0) {
                rounds.add((double) (cpuNanos() - began) / calls);
            }
        }
        return Spread.of(rounds);
    }

    /// Of this thread: what others do on the machine does not count.
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    /// The name of the route that the request to one of them finds, or null.
    static @Nullable String found(int size, int route) {
        Route found = table(size).select(request(route), 0);
        return found == null ? null : found.name();
    }

    private static HeaderMap request(int route) {
        HeaderMap request = new HeaderMap();
        request.add(":method", "GET");
        request.add(":authority", "shop.test");
        request.add(":path", "/api/v1/service-" + route + (route % 2 == 0 ? "" : "/items?page=2"));
        request.add(":scheme", "http");
        return request;
    }

    private static RouteTable table(int size) {
        List<RouteEntry> routes = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            String path = "/api/v1/service-" + i;
            routes.add(
                    entry(
                            "route-" + i,
                            i % 2 == 0
                                    ? new PathMatch.Exact(path, false)
                                    : new PathMatch.Prefix(path + "/", false)));
        }
        VirtualHost host = new VirtualHost("all", routes, null, false);
        return new RouteTable(
                "timing", List.of(host), List.of(List.of("*")), RouteTable.Options.DEFAULT);
    }

    private static RouteEntry entry(String name, PathMatch path) {
        RouteMatch match = new RouteMatch(path, List.of(), List.of(), List.of(), null, false, null);
        return new RouteEntry(
                name,
                match,
                new Route(
                        name,
                        "all",
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
                        false));
    }
}
