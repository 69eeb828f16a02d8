package io.meltemi.galley.finding;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Which field of a document is meant, e.g. `spec.http[0].route`. Immutable.
///
/// Made for every field that is read, and shown for the few that are wrong: a path is its last step
/// and the path to it.
public final class FieldPath {
    public static final FieldPath ROOT = new FieldPath(null, "", 0);
    public static final FieldPath SPEC = ROOT.field("spec");
    public static final FieldPath METADATA = ROOT.field("metadata");

    private final @Nullable FieldPath parent;

    /// A field's name, a map's key, or a list's index written as `[0]`.
    private final String step;

    private final int length;

    private FieldPath(@Nullable FieldPath parent, String step, int length) {
        this.parent = parent;
        this.step = step;
        this.length = length;
    }

    /// A field of this object, or an entry of this map.
    public FieldPath field(String name) {
        return new FieldPath(this, name, length + 1);
    }

    /// An entry of this list, counted from 0.
    public FieldPath item(int index) {
        return field("[" + index + "]");
    }

    /// Field names, map keys, and list indices written as `[0]`.
    public List<String> steps() {
        Deque<String> steps = new ArrayDeque<>(length);
        for (FieldPath at = this; at.parent != null; at = at.parent) {
            steps.addFirst(at.step);
        }
        return List.copyOf(steps);
    }

    /// Whether the other path is this one or leads further down.
    public boolean contains(FieldPath other) {
        FieldPath at = other;
        while (at.length > length && at.parent != null) {
            at = at.parent;
        }
        return equals(at);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof FieldPath that) || that.length != length) {
            return false;
        }
        FieldPath mine = this;
        FieldPath theirs = that;
        while (mine != theirs && mine.parent != null && theirs.parent != null) {
            if (!mine.step.equals(theirs.step)) {
                return false;
            }
            mine = mine.parent;
            theirs = theirs.parent;
        }
        return true;
    }

    @Override
    public int hashCode() {
        return Objects.hash(step, length);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (String step : steps()) {
            if (!text.isEmpty() && !step.startsWith("[")) {
                text.append('.');
            }
            text.append(step);
        }
        return text.toString();
    }
}
