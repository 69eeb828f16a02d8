package io.meltemi.proxy.filter.headermutation;

import io.meltemi.proxy.config.route.LayeredConfig;
import java.util.ArrayList;
import java.util.List;

/// What the levels of a route change, from the outermost inwards. Immutable.
record RouteMutations(List<Mutations> levels) implements LayeredConfig {
    RouteMutations {
        levels = List.copyOf(levels);
    }

    @Override
    public Object above(Object outer) {
        if (!(outer instanceof RouteMutations rest)) {
            return this;
        }
        List<Mutations> all = new ArrayList<>(rest.levels);
        all.addAll(levels);
        return new RouteMutations(all);
    }
}
