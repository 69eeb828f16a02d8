package io.meltemi.proxy.filter.headermutation;

import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.http.HeaderMap;
import java.util.List;

/// Changes headers and query parameters as its configuration and then the route's levels say.
/// Immutable.
final class HeaderMutationFilter implements HttpFilter {
    private final String name;
    private final Mutations own;
    private final boolean mostSpecificWins;

    /// @param mostSpecificWins whether the innermost level's mutations are made last
    HeaderMutationFilter(String name, Mutations own, boolean mostSpecificWins) {
        this.name = name;
        this.own = own;
        this.mostSpecificWins = mostSpecificWins;
    }

    @Override
    public Verdict onRequest(FilterStream stream) {
        own.request(stream);
        if (stream.routeConfig(name) instanceof RouteMutations ofRoute) {
            List<Mutations> levels = ofRoute.levels();
            for (int i = 0; i < levels.size(); i++) {
                level(levels, i).request(stream);
            }
        }
        return Verdict.CONTINUE;
    }

    @Override
    public void onResponse(FilterStream stream, HeaderMap responseHeaders, boolean endStream) {
        own.response().apply(responseHeaders, stream, responseHeaders);
        if (stream.routeConfig(name) instanceof RouteMutations ofRoute) {
            List<Mutations> levels = ofRoute.levels();
            for (int i = 0; i < levels.size(); i++) {
                level(levels, i).response().apply(responseHeaders, stream, responseHeaders);
            }
        }
    }

    private Mutations level(List<Mutations> levels, int step) {
        return levels.get(mostSpecificWins ? step : levels.size() - 1 - step);
    }
}
