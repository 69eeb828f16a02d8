package io.meltemi.proxy.filter;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The filters of a connection manager in order, the router left out; some may come by themselves
/// and change (ECDS). Thread-safe: publishes immutable lists, and a request keeps the one it began
/// with.
public final class HttpFilterChain {
    /// A filter and the name routes know it by.
    ///
    /// @param disabled whether only routes that say so pass it
    public record Named(String name, HttpFilter filter, boolean disabled) {}

    /// A filter's place in the chain: it is there already, or comes by itself.
    public sealed interface Place {
        record Fixed(Named filter) implements Place {}

        record Discovered(String name, DiscoveredFilter filter, boolean disabled)
                implements Place {}
    }

    private final List<Place> places;
    private volatile List<Named> current;

    public HttpFilterChain(List<Place> places) {
        this.places = List.copyOf(places);
        this.current = list(this.places);
        discovered().forEach(filter -> filter.onChange(() -> current = list(this.places)));
    }

    private static List<Named> list(List<Place> places) {
        List<Named> filters = new ArrayList<>();
        for (Place place : places) {
            switch (place) {
                case Place.Fixed(Named filter) -> filters.add(filter);
                case Place.Discovered(String name, DiscoveredFilter filter, boolean disabled) -> {
                    @Nullable HttpFilter found = filter.current();
                    filters.add(
                            new Named(name, found == null ? new MissingFilter() : found, disabled));
                }
            }
        }
        return List.copyOf(filters);
    }

    /// Those in force.
    public List<Named> current() {
        return current;
    }

    /// Those that come by themselves.
    public List<DiscoveredFilter> discovered() {
        List<DiscoveredFilter> found = new ArrayList<>();
        for (Place place : places) {
            if (place instanceof Place.Discovered each) {
                found.add(each.filter());
            }
        }
        return found;
    }
}
