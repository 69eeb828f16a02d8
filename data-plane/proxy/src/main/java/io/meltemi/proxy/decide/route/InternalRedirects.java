package io.meltemi.proxy.decide.route;

import io.meltemi.proxy.decide.retry.StatusCodes;
import io.meltemi.proxy.http.HeaderMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which redirects of an upstream are followed by the proxy itself, compiled. Immutable.
///
/// @param most how many in a row
/// @param statuses the redirects that count
/// @param crossScheme whether one may lead from https to http or back
/// @param headersToCopy names of response headers that the next request takes along
public record InternalRedirects(
        int most,
        StatusCodes statuses,
        boolean crossScheme,
        List<Predicate> predicates,
        List<String> headersToCopy) {
    public InternalRedirects {
        predicates = List.copyOf(predicates);
        headersToCopy = List.copyOf(headersToCopy);
    }

    /// What is asked of the route a redirect leads to.
    public sealed interface Predicate {}

    /// No way between two routes a second time.
    public record PreviousRoutes() implements Predicate {}

    /// Only these routes, by name.
    public record AllowListedRoutes(Set<String> names) implements Predicate {
        public AllowListedRoutes {
            names = Set.copyOf(names);
        }
    }

    /// Never from http to https.
    public record SafeCrossScheme() implements Predicate {}

    /// A `location` that can be followed. Immutable.
    public record Target(String scheme, String host, String path) {
        public boolean isHttp() {
            return scheme.equals("http");
        }
    }

    /// Whether a route may be what a redirect leads to.
    ///
    /// @param again whether a redirect led from the same route to this one before
    public boolean accepts(Route target, boolean cameByHttp, boolean goesToHttp, boolean again) {
        for (int i = 0; i < predicates.size(); i++) {
            boolean accepted =
                    switch (predicates.get(i)) {
                        case PreviousRoutes _ -> !again;
                        case AllowListedRoutes(Set<String> names) -> names.contains(target.name());
                        case SafeCrossScheme _ -> !cameByHttp || goesToHttp;
                    };
            if (!accepted) {
                return false;
            }
        }
        return true;
    }

    /// The target of an absolute `location`; null for what cannot be followed.
    public static @Nullable Target target(HeaderMap response) {
        String location = response.get("location");
        int scheme = location == null ? -1 : location.indexOf("://");
        if (location == null || scheme < 0) {
            return null;
        }
        String name = location.substring(0, scheme).toLowerCase(java.util.Locale.ROOT);
        if (!name.equals("http") && !name.equals("https")) {
            return null;
        }
        int path = scheme + 3;
        while (path < location.length() && "/?#".indexOf(location.charAt(path)) < 0) {
            path++;
        }
        String host = location.substring(scheme + 3, path);
        String rest = location.substring(path);
        int fragment = rest.indexOf('#');
        rest = fragment < 0 ? rest : rest.substring(0, fragment);
        if (host.isEmpty()) {
            return null;
        }
        return new Target(name, host, rest.startsWith("/") ? rest : "/" + rest);
    }
}
