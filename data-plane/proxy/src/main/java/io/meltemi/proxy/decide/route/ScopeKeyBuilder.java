package io.meltemi.proxy.decide.route;

import io.meltemi.proxy.http.HeaderMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes the key of a routing scope out of a request's headers (`scope_key_builder`). Immutable.
///
/// @param fragments at least one
public record ScopeKeyBuilder(List<Fragment> fragments) {
    public ScopeKeyBuilder {
        fragments = List.copyOf(fragments);
    }

    /// Which part of a header's value is taken.
    public sealed interface Extract {}

    /// The element of this number, the first one is 0.
    public record Index(int index) implements Extract {}

    /// What stands behind the first separator of the first element that begins with the key.
    public record Element(String separator, String key) implements Extract {}

    /// One part of a key. Immutable.
    ///
    /// @param header lower case; `host` is `:authority`
    /// @param separator between the elements of the value; empty: the value is one element
    public record Fragment(String header, String separator, Extract extract) {
        /// Envoy: the first header of several, since clients choose it anyway; null when there is
        /// none, or none such element.
        @Nullable String of(HeaderMap request) {
            String value = request.get(header);
            int number = 0;
            int from = 0;
            while (value != null && from <= value.length()) {
                int end = separator.isEmpty() ? -1 : value.indexOf(separator, from);
                end = end < 0 ? value.length() : end;
                String found = found(value, from, end, number);
                if (found != null) {
                    return found;
                }
                number++;
                from = end + Math.max(1, separator.length());
            }
            return null;
        }

        private @Nullable String found(String value, int from, int end, int number) {
            return switch (extract) {
                case Index(int index) -> index == number ? value.substring(from, end) : null;
                case Element(String pair, String key) -> {
                    int at = value.indexOf(pair, from, end);
                    boolean isPair = at >= 0;
                    int keyEnd = isPair ? at : end;
                    boolean isKey = keyEnd - from == key.length() && value.startsWith(key, from);
                    yield isKey ? value.substring(isPair ? at + pair.length() : end, end) : null;
                }
            };
        }
    }

    /// The fragments of a request's key; null when it lacks one: then it is in no scope.
    public @Nullable List<String> key(HeaderMap request) {
        if (fragments.size() == 1) {
            String only = fragments.getFirst().of(request);
            return only == null ? null : List.of(only);
        }
        List<String> key = new ArrayList<>(fragments.size());
        for (int i = 0; i < fragments.size(); i++) {
            String part = fragments.get(i).of(request);
            if (part == null) {
                return null;
            }
            key.add(part);
        }
        return key;
    }
}
