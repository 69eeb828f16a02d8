package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.StringMatch;
import io.meltemi.model.config.VirtualService.HttpMatchRequest;
import io.meltemi.model.config.VirtualService.HttpRoute;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Routes that an earlier route hides: the first that matches takes the request. Immutable.
///
/// Only what is certain is reported; regular expressions are compared as texts.
final class RouteOrderRules {
    private RouteOrderRules() {}

    static void validate(List<HttpRoute> routes, FieldPath path, Findings findings) {
        Optional<Integer> catchAll = Optional.empty();
        List<HttpMatchRequest> before = new ArrayList<>();
        for (int i = 0; i < routes.size(); i++) {
            FieldPath at = path.item(i).field("match");
            if (findings.isBroken(at)) {
                // A condition that was not read makes two matches look alike.
                continue;
            }
            if (catchAll.isPresent()) {
                findings.judge(
                        Code.UNREACHABLE_RULE,
                        at,
                        "VirtualService rule #%d not used (rule #%d before it matches every request)."
                                .formatted(i + 1, catchAll.get() + 1));
                continue;
            }
            List<HttpMatchRequest> matches = routes.get(i).match();
            if (!matches.isEmpty() && before.containsAll(matches)) {
                findings.judge(
                        Code.UNREACHABLE_RULE,
                        at,
                        "VirtualService rule #%d not used (all its matches stand in rules before it)."
                                .formatted(i + 1));
            }
            for (int m = 0; m < matches.size(); m++) {
                HttpMatchRequest match = matches.get(m);
                if (before.stream().anyMatch(earlier -> covers(earlier, match))) {
                    findings.judge(
                            Code.INEFFECTIVE_MATCH,
                            at.item(m),
                            "VirtualService rule #%d match #%d is not used (duplicate/overlapping match before it)."
                                    .formatted(i + 1, m + 1));
                }
                before.add(match);
            }
            if (matches.isEmpty() || matches.stream().anyMatch(RouteOrderRules::isAny)) {
                catchAll = Optional.of(i);
            }
        }
    }

    /// Whether every request the later one takes is taken by the earlier one.
    private static boolean covers(HttpMatchRequest earlier, HttpMatchRequest later) {
        return coversUri(earlier.uri(), later.uri())
                && (earlier.method().isEmpty() || earlier.method().equals(later.method()))
                && later.headers().entrySet().containsAll(earlier.headers().entrySet());
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

    private static boolean isAny(HttpMatchRequest match) {
        boolean anyUri =
                match.uri().isEmpty() || match.uri().get().equals(new StringMatch.Prefix("/"));
        return anyUri && match.method().isEmpty() && match.headers().isEmpty();
    }
}
