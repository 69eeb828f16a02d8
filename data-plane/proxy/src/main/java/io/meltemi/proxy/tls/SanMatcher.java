package io.meltemi.proxy.tls;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher.SanType;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.Locale;
import java.util.function.Predicate;

/// One alternative of `match_typed_subject_alt_names`. Immutable.
///
/// @param type which names it looks at
/// @param test of one such name
/// @param text how messages show it
record SanMatcher(SanType type, Predicate<String> test, String text) {
    /// @param at where the matcher stands, for messages
    static SanMatcher of(SanType type, StringMatcher matcher, String at) {
        boolean ignoreCase = matcher.getIgnoreCase();
        return switch (matcher.getMatchPatternCase()) {
            case EXACT -> exact(type, matcher.getExact(), ignoreCase);
            case PREFIX -> {
                String prefix = fold(matcher.getPrefix(), ignoreCase);
                yield new SanMatcher(
                        type, name -> fold(name, ignoreCase).startsWith(prefix), prefix + "*");
            }
            case SUFFIX -> {
                String suffix = fold(matcher.getSuffix(), ignoreCase);
                yield new SanMatcher(
                        type, name -> fold(name, ignoreCase).endsWith(suffix), "*" + suffix);
            }
            case CONTAINS -> {
                String part = fold(matcher.getContains(), ignoreCase);
                yield new SanMatcher(
                        type, name -> fold(name, ignoreCase).contains(part), "*" + part + "*");
            }
            case SAFE_REGEX -> regex(type, matcher.getSafeRegex().getRegex(), at);
            case CUSTOM -> throw new TlsConfigException(at + ".custom is not supported");
            case MATCHPATTERN_NOT_SET -> throw new TlsConfigException(at + " matches nothing");
        };
    }

    /// One that takes a certificate for this name, by Envoy's rules for its kind.
    static SanMatcher name(SanType type, String name) {
        return exact(type, name, false);
    }

    private static SanMatcher exact(SanType type, String exact, boolean ignoreCase) {
        String wanted = fold(exact, ignoreCase);
        // Envoy: an exact matcher over DNS names takes wildcard certificates.
        Predicate<String> test =
                type == SanType.DNS
                        ? name -> covers(fold(name, true), fold(exact, true))
                        : name -> fold(name, ignoreCase).equals(wanted);
        return new SanMatcher(type, test, exact);
    }

    private static boolean covers(String name, String host) {
        if (!name.startsWith("*.")) {
            return name.equals(host);
        }
        int dot = host.indexOf('.');
        return dot > 0 && host.substring(dot).equals(name.substring(1));
    }

    private static SanMatcher regex(SanType type, String regex, String at) {
        try {
            Pattern pattern = Pattern.compile(regex);
            return new SanMatcher(type, name -> pattern.matches(name), "/" + regex + "/");
        } catch (PatternSyntaxException e) {
            throw new TlsConfigException(
                    at + ".safe_regex.regex '" + regex + "' is not RE2: " + e.getMessage(), e);
        }
    }

    private static String fold(String name, boolean ignoreCase) {
        return ignoreCase ? name.toLowerCase(Locale.ROOT) : name;
    }
}
