package io.meltemi.proxy.filter.jwt;

import io.meltemi.proxy.decide.match.Cookies;
import io.meltemi.proxy.decide.match.QueryMatch;
import io.meltemi.proxy.http.HeaderMap;
import org.jspecify.annotations.Nullable;

/// Where in a request a token may stand. Immutable.
sealed interface TokenPlace {
    /// The token, or null.
    @Nullable String find(HeaderMap request);

    /// Takes the token out, so that the upstream does not see it.
    void remove(HeaderMap request);

    /// @param prefix what stands before the token (`Bearer `); may be empty
    record Header(String name, String prefix) implements TokenPlace {
        @Override
        public @Nullable String find(HeaderMap request) {
            String value = request.get(name);
            int at = value == null ? -1 : value.indexOf(prefix);
            return value == null || at < 0 ? null : token(value, at + prefix.length());
        }

        @Override
        public void remove(HeaderMap request) {
            request.remove(name);
        }

        /// Envoy: what follows up to the first character no token has, or all of it.
        private static String token(String value, int start) {
            int begin = start;
            while (begin < value.length() && !isTokenCharacter(value.charAt(begin))) {
                begin++;
            }
            int end = begin;
            while (end < value.length() && isTokenCharacter(value.charAt(end))) {
                end++;
            }
            return value.substring(begin, end);
        }

        private static boolean isTokenCharacter(char c) {
            return (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '-'
                    || c == '_'
                    || c == '.';
        }
    }

    record Parameter(String name) implements TokenPlace {
        @Override
        public @Nullable String find(HeaderMap request) {
            String path = request.get(":path");
            return path == null ? null : QueryMatch.value(path, name);
        }

        @Override
        public void remove(HeaderMap request) {
            String path = request.get(":path");
            int query = path == null ? -1 : path.indexOf('?');
            if (path == null || query < 0) {
                return;
            }
            StringBuilder kept = new StringBuilder(path.substring(0, query));
            char separator = '?';
            for (String parameter : path.substring(query + 1).split("&", -1)) {
                if (!parameter.equals(name) && !parameter.startsWith(name + "=")) {
                    kept.append(separator).append(parameter);
                    separator = '&';
                }
            }
            request.set(":path", kept.toString());
        }
    }

    /// Envoy leaves cookies in the request, whatever `forward` says.
    record Cookie(String name) implements TokenPlace {
        @Override
        public @Nullable String find(HeaderMap request) {
            return Cookies.value(request, name);
        }

        @Override
        public void remove(HeaderMap request) {}
    }
}
