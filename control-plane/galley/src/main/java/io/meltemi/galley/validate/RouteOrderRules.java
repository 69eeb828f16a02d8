package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.VirtualService;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/// Routes that an earlier route hides: the first that matches takes the request or the connection.
/// Immutable.
final class RouteOrderRules {
    private RouteOrderRules() {}

    static void validate(VirtualService service, FieldPath spec, Findings findings) {
        new Order<>(MatchCoverage::http, MatchCoverage::isAny, spec.field("http"), findings)
                .check(service.http().stream().map(route -> route.match()).toList());
        new Order<>(MatchCoverage::tls, _ -> false, spec.field("tls"), findings)
                .check(service.tls().stream().map(route -> route.match()).toList());
        new Order<>(MatchCoverage::tcp, MatchCoverage::isAny, spec.field("tcp"), findings)
                .check(service.tcp().stream().map(route -> route.match()).toList());
    }

    /// @param <M> a condition
    /// @param covers whether all that the second takes is taken by the first
    /// @param isAny whether it takes everything
    private record Order<M>(
            BiPredicate<M, M> covers, Predicate<M> isAny, FieldPath path, Findings findings) {
        /// @param routes the conditions of each
        void check(List<List<M>> routes) {
            Optional<Integer> catchAll = Optional.empty();
            List<M> before = new ArrayList<>();
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
                            "VirtualService rule #%d not used (rule #%d before it matches everything)."
                                    .formatted(i + 1, catchAll.get() + 1));
                    continue;
                }
                List<M> matches = routes.get(i);
                if (!matches.isEmpty() && matches.stream().allMatch(m -> isIn(before, m))) {
                    findings.judge(
                            Code.UNREACHABLE_RULE,
                            at,
                            "VirtualService rule #%d not used (all its matches stand in rules before it)."
                                    .formatted(i + 1));
                }
                judge(i, matches, before, at);
                if (matches.isEmpty() || matches.stream().anyMatch(isAny)) {
                    catchAll = Optional.of(i);
                }
            }
        }

        /// Names take no part in what a condition takes.
        private boolean isIn(List<M> before, M match) {
            return before.stream().anyMatch(b -> covers.test(b, match) && covers.test(match, b));
        }

        /// @param earlier all conditions that come first; these are added
        private void judge(int route, List<M> matches, List<M> earlier, FieldPath at) {
            for (int m = 0; m < matches.size(); m++) {
                M match = matches.get(m);
                if (earlier.stream().anyMatch(e -> covers.test(e, match))) {
                    findings.judge(
                            Code.INEFFECTIVE_MATCH,
                            at.item(m),
                            "VirtualService rule #%d match #%d is not used (duplicate/overlapping match before it)."
                                    .formatted(route + 1, m + 1));
                }
                earlier.add(match);
            }
        }
    }
}
