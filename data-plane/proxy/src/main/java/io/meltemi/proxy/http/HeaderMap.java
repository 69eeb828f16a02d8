package io.meltemi.proxy.http;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The headers of one message, in order, with pseudo headers (`:method`, `:path`, `:authority`,
/// `:scheme`, `:status`) as ordinary entries, for HTTP/1 and HTTP/2 alike. Confined to its event
/// loop.
///
/// Names are lower case. A request has 10 to 20 headers: a scan over an array beats any hash table
/// here. `HOT`: no iterators, no boxing.
public final class HeaderMap {
    private static final int INITIAL = 16;

    /// Name at even, value at odd indices.
    private String[] entries = new String[INITIAL * 2];

    private int size;
    private @Nullable HeaderSpelling spelling;

    /// How many entries there are.
    public int size() {
        return size;
    }

    /// How names are written in HTTP/1; null for lower case, or as the connection is set up.
    public @Nullable HeaderSpelling spelling() {
        return spelling;
    }

    public void spelling(HeaderSpelling kept) {
        spelling = kept;
    }

    public String name(int index) {
        return entries[index * 2];
    }

    public String value(int index) {
        return entries[index * 2 + 1];
    }

    /// The first value of a name, or null.
    public @Nullable String get(String lowerCaseName) {
        int index = indexOf(lowerCaseName, 0);
        return index < 0 ? null : value(index);
    }

    public boolean contains(String lowerCaseName) {
        return indexOf(lowerCaseName, 0) >= 0;
    }

    /// The index of the first entry of a name at or after `from`, or -1.
    @SuppressWarnings("ReferenceEquality") // well-known names are interned: most hits end here
    public int indexOf(String lowerCaseName, int from) {
        for (int i = from; i < size; i++) {
            String name = entries[i * 2];
            if (name == lowerCaseName || name.equals(lowerCaseName)) {
                return i;
            }
        }
        return -1;
    }

    /// Adds an entry after all others; the name must be lower case.
    public void add(String lowerCaseName, String value) {
        if (size * 2 == entries.length) {
            entries = Arrays.copyOf(entries, entries.length * 2);
        }
        entries[size * 2] = lowerCaseName;
        entries[size * 2 + 1] = value;
        size++;
    }

    /// Replaces the first entry of a name and removes its others, or adds one.
    public void set(String lowerCaseName, String value) {
        int index = indexOf(lowerCaseName, 0);
        if (index < 0) {
            add(lowerCaseName, value);
            return;
        }
        entries[index * 2 + 1] = value;
        removeFrom(lowerCaseName, index + 1);
    }

    /// Replaces the value at an index.
    public void setValue(int index, String value) {
        entries[index * 2 + 1] = value;
    }

    /// Removes every entry of a name; true when there was one.
    public boolean remove(String lowerCaseName) {
        return removeFrom(lowerCaseName, 0);
    }

    private boolean removeFrom(String lowerCaseName, int from) {
        int index = indexOf(lowerCaseName, from);
        boolean found = index >= 0;
        while (index >= 0) {
            removeAt(index);
            index = indexOf(lowerCaseName, index);
        }
        return found;
    }

    /// Removes the entry at an index; later ones move up.
    public void removeAt(int index) {
        System.arraycopy(entries, index * 2 + 2, entries, index * 2, (size - index - 1) * 2);
        size--;
    }

    /// Removes all entries and keeps the memory.
    public void clear() {
        size = 0;
        spelling = null;
    }

    /// A copy that shares nothing.
    public HeaderMap copy() {
        HeaderMap copy = new HeaderMap();
        copy.entries = Arrays.copyOf(entries, Math.max(entries.length, INITIAL * 2));
        copy.size = size;
        copy.spelling = spelling;
        return copy;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < size; i++) {
            text.append(name(i)).append(": ").append(value(i)).append('\n');
        }
        return text.toString();
    }
}
