package io.meltemi.pilot.push;

import io.meltemi.pilot.scope.Caller;
import io.meltemi.pilot.scope.Part;
import io.meltemi.pilot.scope.Viewer;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/// Which parts of a mesh each thing is made of. Thread-safe: constants.
///
/// A part that is missing here is a change that proxies do not get: `ChangesTest` compares with
/// what is made from nothing.
final class MadeOf {
    /// What some proxies see, whoever stands behind it.
    private static final Set<Part> SEEN =
            parts(Part.SETTINGS, Part.SERVICES, Part.RULES, Part.SIDECARS);

    /// Where a Sidecar narrows it: what virtual services lead to is seen as well.
    private static final Set<Part> SEEN_BY_SIDECAR = with(SEEN, Part.ROUTES, Part.REQUESTS);

    /// Of what a proxy is, what decides with whom it shares.
    static final Set<Part> CALLER = parts(Part.SETTINGS, Part.SIDECARS, Part.RULES, Part.ROUTES);

    private static final Set<Part> OWN =
            with(SEEN, Part.ROUTES, Part.PEERS, Part.POLICIES, Part.TELEMETRY);

    private static final Set<Part> OWN_BY_SIDECAR = with(OWN, Part.REQUESTS);
    private static final Set<Part> SCOPE = with(SEEN, Part.INSTANCES);
    private static final Set<Part> SCOPE_BY_SIDECAR = with(SEEN_BY_SIDECAR, Part.INSTANCES);
    private static final Set<Part> LISTENERS = with(SEEN, Part.ROUTES);
    private static final Set<Part> LISTENERS_BY_SIDECAR = with(SEEN_BY_SIDECAR, Part.ROUTES);
    private static final Set<Part> CALLED = with(SEEN, Part.ROUTES, Part.REQUESTS);
    private static final Set<Part> CALLED_BY_SIDECAR =
            with(SEEN_BY_SIDECAR, Part.ROUTES, Part.REQUESTS);

    static final Set<Part> GATEWAY = Part.allBut(Part.INSTANCES);

    private MadeOf() {}

    private static Set<Part> parts(Part first, Part... others) {
        return Collections.unmodifiableSet(EnumSet.of(first, others));
    }

    private static Set<Part> with(Set<Part> some, Part first, Part... others) {
        Set<Part> all = EnumSet.of(first, others);
        all.addAll(some);
        return Collections.unmodifiableSet(all);
    }

    private static Set<Part> chosen(Viewer viewer, Set<Part> usually, Set<Part> bySidecar) {
        return viewer.sidecar().isPresent() ? bySidecar : usually;
    }

    /// Also of its names.
    static Set<Part> clusters(Viewer viewer) {
        return chosen(viewer, SEEN, SEEN_BY_SIDECAR);
    }

    static Set<Part> scope(Viewer viewer) {
        return chosen(viewer, SCOPE, SCOPE_BY_SIDECAR);
    }

    static Set<Part> listeners(Caller caller) {
        return chosen(caller.viewer(), LISTENERS, LISTENERS_BY_SIDECAR);
    }

    static Set<Part> routes(Caller caller) {
        return chosen(caller.viewer(), CALLED, CALLED_BY_SIDECAR);
    }

    /// What is one sidecar's own, as long as the same calls lead to it.
    static Set<Part> own(Viewer viewer) {
        return chosen(viewer, OWN, OWN_BY_SIDECAR);
    }
}
