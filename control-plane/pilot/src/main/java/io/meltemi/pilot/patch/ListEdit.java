package io.meltemi.pilot.patch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// What patches do to a list in which the order counts. Thread-safe: stateless.
final class ListEdit {
    private ListEdit() {}

    /// The list with something more, by ADD and the INSERTs.
    ///
    /// Istio: without a place, INSERT_BEFORE means first and INSERT_AFTER last; with one that is
    /// not there, both do nothing.
    ///
    /// @param place what it is inserted beside, if the patch says so
    static <M> List<M> inserted(List<M> items, Patch patch, M value, Optional<Predicate<M>> place) {
        List<M> edited = new ArrayList<>(items);
        int at = place.map(p -> first(items, p)).orElse(-1);
        switch (patch.operation()) {
            case ADD -> edited.add(value);
            case INSERT_FIRST -> edited.addFirst(value);
            case INSERT_BEFORE -> {
                if (at >= 0 || place.isEmpty()) {
                    edited.add(Math.max(at, 0), value);
                }
            }
            case INSERT_AFTER -> {
                if (at >= 0 || place.isEmpty()) {
                    edited.add(at < 0 ? items.size() : at + 1, value);
                }
            }
            case MERGE, MERGE_AND_REPLACE_LIST, REMOVE, REPLACE -> {}
        }
        return edited;
    }

    /// The list with another in the first place that fits.
    static <M> List<M> replaced(List<M> items, M value, Predicate<M> place) {
        List<M> edited = new ArrayList<>(items);
        int at = first(items, place);
        if (at >= 0) {
            edited.set(at, value);
        }
        return edited;
    }

    static <M> List<M> without(List<M> items, Predicate<M> place) {
        return items.stream().filter(place.negate()).toList();
    }

    /// The place of the first that fits, or -1.
    static <M> int first(List<M> items, Predicate<M> place) {
        for (int i = 0; i < items.size(); i++) {
            if (place.test(items.get(i))) {
                return i;
            }
        }
        return -1;
    }
}
