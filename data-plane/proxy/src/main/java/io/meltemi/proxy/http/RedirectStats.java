package io.meltemi.proxy.http;

import io.meltemi.proxy.observe.stats.Counter;
import io.meltemi.proxy.observe.stats.StatsScope;

/// Why redirects were handed on that the proxy would have followed itself. Thread-safe.
///
/// Each method counts and says no, which is what the caller says then.
final class RedirectStats {
    private final Counter badLocation;
    private final Counter unsafeScheme;
    private final Counter tooMany;
    private final Counter noRoute;
    private final Counter predicate;

    RedirectStats(StatsScope scope) {
        badLocation = scope.counter("passthrough_internal_redirect_bad_location");
        unsafeScheme = scope.counter("passthrough_internal_redirect_unsafe_scheme");
        tooMany = scope.counter("passthrough_internal_redirect_too_many_redirects");
        noRoute = scope.counter("passthrough_internal_redirect_no_route");
        predicate = scope.counter("passthrough_internal_redirect_predicate");
    }

    boolean badLocation(int worker) {
        return no(badLocation, worker);
    }

    boolean unsafeScheme(int worker) {
        return no(unsafeScheme, worker);
    }

    boolean tooMany(int worker) {
        return no(tooMany, worker);
    }

    boolean noRoute(int worker) {
        return no(noRoute, worker);
    }

    boolean predicate(int worker) {
        return no(predicate, worker);
    }

    private static boolean no(Counter counter, int worker) {
        counter.increment(worker);
        return false;
    }
}
