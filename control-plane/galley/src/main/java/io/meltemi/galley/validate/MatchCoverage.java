package io.meltemi.galley.validate;

import io.meltemi.model.config.HttpRoute.HttpMatchRequest;
import io.meltemi.model.config.StringMatch;
import io.meltemi.model.config.TcpRoute.L4Match;
import io.meltemi.model.config.TlsRoute.TlsMatch;
import io.meltemi.model.service.HostPatterns;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Whether one condition takes all that another takes. Immutable.
///
/// Only what is certain is said; regular expressions are compared as texts.
final class MatchCoverage {
    private MatchCoverage() {}

    static boolean http(HttpMatchRequest earlier, HttpMatchRequest later) {
        return coversUri(earlier, later)
                && isNarrowed(earlier.scheme(), later.scheme())
                && isNarrowed(earlier.method(), later.method())
                && isNarrowed(earlier.authority(), later.authority())
                && isNarrowed(earlier.sourceNamespace(), later.sourceNamespace())
                && (earlier.port().isEmpty() || earlier.port().equals(later.port()))
                && isNarrowed(earlier.gateways(), later.gateways())
                && contains(later.headers(), earlier.headers())
                && contains(later.withoutHeaders(), earlier.withoutHeaders())
                && contains(later.queryParams(), earlier.queryParams())
                && contains(later.sourceLabels(), earlier.sourceLabels());
    }

    static boolean tcp(L4Match earlier, L4Match later) {
        return isNarrowed(earlier.destinationSubnets(), later.destinationSubnets())
                && (earlier.port().isEmpty() || earlier.port().equals(later.port()))
                && isNarrowed(earlier.sourceNamespace(), later.sourceNamespace())
                && isNarrowed(earlier.gateways(), later.gateways())
                && contains(later.sourceLabels(), earlier.sourceLabels());
    }

    static boolean tls(TlsMatch earlier, TlsMatch later) {
        return tcp(earlier.connection(), later.connection())
                && later.sniHosts().stream()
                        .allMatch(host ->
                                earlier.sniHosts().stream()
                                        .anyMatch(wide -> HostPatterns.covers(wide, host)));
    }

    private static <T> boolean isNarrowed(Optional<T> earlier, Optional<T> later) {
        return earlier.isEmpty() || earlier.equals(later);
    }

    private static boolean isNarrowed(List<String> earlier, List<String> later) {
        return earlier.isEmpty() || earlier.equals(later);
    }

    private static <T> boolean contains(Map<String, T> all, Map<String, T> some) {
        return all.entrySet().containsAll(some.entrySet());
    }

    private static boolean coversUri(HttpMatchRequest earlier, HttpMatchRequest later) {
        // Where case counts for one of them only, what looks alike is not.
        return earlier.ignoreUriCase() == later.ignoreUriCase()
                && coversUri(earlier.uri(), later.uri());
    }

    private static boolean coversUri(Optional<StringMatch> earlier, Optional<StringMatch> later) {
        if (earlier.isPresent()
                && later.isPresent()
                && earlier.get() instanceof StringMatch.Prefix(String wide)
                && later.get() instanceof StringMatch.Prefix(String narrow)) {
            return narrow.startsWith(wide);
        }
        return earlier.equals(later);
    }

    static boolean isAny(HttpMatchRequest match) {
        boolean anyUri =
                match.uri().isEmpty() || match.uri().get().equals(new StringMatch.Prefix("/"));
        return anyUri
                && match.scheme().isEmpty()
                && match.method().isEmpty()
                && match.authority().isEmpty()
                && match.headers().isEmpty()
                && match.withoutHeaders().isEmpty()
                && match.queryParams().isEmpty()
                && match.port().isEmpty()
                && match.sourceLabels().isEmpty()
                && match.sourceNamespace().isEmpty()
                && match.gateways().isEmpty();
    }

    static boolean isAny(L4Match match) {
        return match.destinationSubnets().isEmpty()
                && match.port().isEmpty()
                && match.sourceLabels().isEmpty()
                && match.sourceNamespace().isEmpty()
                && match.gateways().isEmpty();
    }
}
